package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.IndexDigest;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.wire.GarbageWire;
import io.catena.protocol.wire.WireException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is on disks stays readable: these bytes change only with a new format number.
class FormatsTest {
    private static final BodyRef BODY = new BodyRef(new BodyId(0x11, 0x22), 0x33, 0x44);

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void shouldKeepIndexRecords() {
        IndexRecord live = new IndexRecord.Live(new Version(Position.of(2, 5), Bytes.utf8("T"),
                Bytes.utf8("value"), Optional.of(BODY), true));
        assertThat(hex(live.encode())).isEqualTo("01" + "0000000000000002" + "0000000000000005"
                + "03" + "0000000000000011" + "0000000000000022" + "00000033" + "00000044"
                + "0001" + "54" + "76616c7565");
        assertThat(IndexRecord.decode(ByteBuffer.wrap(live.encode()))).isEqualTo(live);
        assertThat(IndexRecord.decode(ByteBuffer.wrap(live.encode()), 2).visible().orElseThrow()
                .value()).isEqualTo(Bytes.utf8("va"));
        IndexRecord dead = new IndexRecord.Tombstone(Position.of(2, 6));
        assertThat(hex(dead.encode())).isEqualTo("02" + "0000000000000002" + "0000000000000006");
        assertThat(IndexRecord.decode(ByteBuffer.wrap(dead.encode()))).isEqualTo(dead);
    }

    @Test
    void shouldKeepIndexRecordsThatCount() {
        IndexRecord live = new IndexRecord.Live(new Version(Position.of(2, 5), Bytes.utf8("T"),
                Bytes.utf8("value"), Optional.of(BODY), false,
                Optional.of(new Charge(0x77, 1, 0, 0x88))));
        assertThat(hex(live.encode())).isEqualTo("01" + "0000000000000002" + "0000000000000005"
                + "06" + "0000000000000011" + "0000000000000022" + "00000033" + "00000044"
                + "0000000000000077" + "01" + "00" + "0000000000000088"
                + "0001" + "54" + "76616c7565");
        assertThat(IndexRecord.decode(ByteBuffer.wrap(live.encode()))).isEqualTo(live);
        byte[] wrong = live.encode();
        wrong[50] = 2;
        assertThatThrownBy(() -> IndexRecord.decode(ByteBuffer.wrap(wrong)))
                .isInstanceOf(WireException.class);
    }

    @Test
    void shouldKeepRowsOfUsage() {
        byte[] row = ChainUsage.encode(new Usage(1, 2, 3));
        assertThat(hex(row)).isEqualTo(
                "0000000000000001" + "0000000000000002" + "0000000000000003");
        assertThat(ChainUsage.decode(ByteBuffer.wrap(row))).isEqualTo(new Usage(1, 2, 3));
        assertThatThrownBy(() -> ChainUsage.decode(ByteBuffer.allocate(23)))
                .isInstanceOf(DamageException.class);
    }

    @Test
    void shouldKeepBodyRecords() {
        BodyRecord record = new BodyRecord(
                BodyRecord.State.STORED, 1, 0, 0x1000, 0x33, 0x44, List.of(0x55));
        assertThat(hex(record.encode())).isEqualTo("01" + "00000001" + "0000000000000000"
                + "0000000000001000" + "00000033" + "00000044" + "00000001" + "00000055");
        assertThat(BodyRecord.decode(record.encode())).isEqualTo(record);
    }

    @Test
    void shouldKeepShelfRecords() {
        ShelfRecord record = new ShelfRecord(
                9, Position.of(2, 5), true, false, 3, 0x77, new IndexDigest(4, 5, 6));
        assertThat(hex(record.encode())).isEqualTo("0000000000000009" + "0000000000000002"
                + "0000000000000005" + "0100" + "0000000000000003" + "0000000000000077"
                + "0000000000000004" + "0000000000000005" + "0000000000000006");
        assertThat(ShelfRecord.decode(record.encode())).isEqualTo(record);
    }

    @Test
    void shouldKeepTheChecksumOfRows() {
        byte[] key = {1, 2};
        byte[] value = {3};
        assertThat(RowCrc.of(key, value)).isEqualTo(0xf130f21e);
        byte[] row = {3, (byte) 0xf1, 0x30, (byte) 0xf2, 0x1e};
        assertThat(RowCrc.verified(ByteBuffer.wrap(key), ByteBuffer.wrap(row)))
                .isEqualTo(ByteBuffer.wrap(value));
        for (byte[] wrong : List.of(new byte[] {4, (byte) 0xf1, 0x30, (byte) 0xf2, 0x1e},
                new byte[3], new byte[0])) {
            assertThatThrownBy(() -> RowCrc.verified(
                    ByteBuffer.wrap(key), ByteBuffer.wrap(wrong)))
                    .isInstanceOf(DamageException.class);
        }
        assertThatThrownBy(() -> RowCrc.verified(
                ByteBuffer.wrap(new byte[] {1, 3}), ByteBuffer.wrap(row)))
                .isInstanceOf(DamageException.class);
    }

    @Test
    void shouldKeepTheHashOfIndexRecords() {
        IndexRecord live = new IndexRecord.Live(new Version(Position.of(2, 5), Bytes.utf8("T"),
                Bytes.utf8("value"), Optional.of(BODY), true));
        IndexDigest digest =
                new IndexHash().of(Bytes.utf8("key"), ByteBuffer.wrap(live.encode()));
        assertThat(digest).isEqualTo(new IndexDigest(
                1, 0x11351ee13f278d17L, 0x867decf4dba32ba4L));
        IndexRecord dead = new IndexRecord.Tombstone(Position.of(2, 6));
        assertThat(new IndexHash().of(Bytes.utf8("key"), ByteBuffer.wrap(dead.encode())))
                .isEqualTo(IndexDigest.EMPTY);
    }

    @Test
    void shouldAddDigestsInAnyOrderAndTakeThemBack() {
        IndexDigest one = new IndexDigest(1, 7, -1);
        IndexDigest two = new IndexDigest(1, -3, 2);
        assertThat(one.plus(two)).isEqualTo(new IndexDigest(2, 5, 1)).isEqualTo(two.plus(one));
        assertThat(one.plus(two).minus(one)).isEqualTo(two);
        assertThat(one.plus(two).minus(two)).isEqualTo(one);
        assertThat(one.minus(one)).isEqualTo(IndexDigest.EMPTY);
    }

    @Test
    void shouldKeepGarbageRecords() {
        GarbageWire garbage = new GarbageWire(Bytes.utf8("k"), Bytes.utf8("v"));
        assertThat(garbage.encode()).hasToString("00000001" + "6b" + "00000001" + "76");
        assertThat(GarbageWire.decode(garbage.encode())).isEqualTo(garbage);
        assertThat(GarbageWire.recordKey(5, 1))
                .hasToString("7a" + "0000000000000005" + "00000001");
    }
}
