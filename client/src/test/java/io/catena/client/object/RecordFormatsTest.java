package io.catena.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Version;
import io.catena.protocol.cluster.ShardRecord;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What is stored stays readable: these bytes change only with a new format number.
class RecordFormatsTest {
    private static final ChainId CHAIN = new ChainId(3);
    private static final BodyRef BODY = new BodyRef(new BodyId(0x11, 0x22), 0x3333, 0x44);

    private static ObjectAttributes attributes() {
        return new ObjectAttributes("e", new TreeMap<>(Map.of("h", "1")),
                new TreeMap<>(Map.of("m", "2")), Optional.of(new Checksum("C", "B", true)));
    }

    private static final String HEAD = "01" + "0000000000003333" + "0000000000000007"
            + "00000001" + "65" + "01" + "00000001" + "43" + "00000001" + "42" + "01"
            + "00000001" + "00000001" + "68" + "00000001" + "31"
            + "00000001" + "00000001" + "6d" + "00000001" + "32";

    private static void check(Location location, String tail) {
        Manifest manifest = new Manifest(0x3333, 7, attributes(), location);
        Mutation.Put put = manifest.putPart(Bytes.utf8("key"));
        assertThat(put.value()).hasToString(HEAD + tail);
        assertThat(put.tag()).isEqualTo(Bytes.utf8("e"));
        assertThat(Manifest.decode(CHAIN, put.at(Position.of(1, 1)))).isEqualTo(manifest);
        assertThat(Manifest.summary(put.value().slice(0, 40)).etag()).isEqualTo("e");
    }

    @Test
    void shouldKeepManifests() {
        check(new Location.Inline(Bytes.utf8("x")), "01" + "00000001" + "78");
        check(new Location.Attached(CHAIN, BODY), "02");
        check(new Location.Blocks(List.of(new Location.Block(new ChainId(9), BODY))),
                "03" + "00000001" + "00000009" + "0000000000000011" + "0000000000000022"
                        + "00003333" + "00000044");
        check(new Location.Parts(CHAIN, 5, "u", List.of(new Location.Part(2, 0x3333))),
                "05" + "00000003" + "0000000000000005" + "00000001" + "75" + "00000001" + "00000002"
                        + "0000000000003333");
    }

    @Test
    void shouldReadPartsOfFormerBuildsOnTheirOwnChain() {
        Location.Parts parts =
                new Location.Parts(CHAIN, 5, "u", List.of(new Location.Part(2, 0x3333)));
        Version former = new Version(Position.of(1, 1), Bytes.EMPTY, bytes(HEAD
                + "04" + "0000000000000005" + "00000001" + "75" + "00000001" + "00000002"
                + "0000000000003333"), Optional.empty(), true);
        assertThat(Manifest.decode(CHAIN, former).location()).isEqualTo(parts);
    }

    @Test
    void shouldKeepVersionsAndHistories() {
        VersionStamp stamp = new VersionStamp(0x102, 0x304, true, false);
        Manifest version = new Manifest(0x3333, 7, attributes(),
                new Location.Inline(Bytes.utf8("x")), Optional.of(stamp));
        Bytes encoded = version.encode();
        String summary = HEAD.substring(2, HEAD.indexOf("00000001" + "00000001" + "68"));
        assertThat(encoded).hasToString("02" + summary + "01" + "0000000000000102"
                + "0000000000000304" + HEAD.substring(2 + summary.length())
                + "01" + "00000001" + "78");
        assertThat(Manifest.decode(CHAIN, new Version(Position.of(1, 1), Bytes.EMPTY, encoded,
                Optional.empty(), false))).isEqualTo(version);
        assertThat(Manifest.summary(encoded).stamp()).contains(stamp);
        Manifest marker = new Manifest(0, 7, new ObjectAttributes("", new TreeMap<>(),
                new TreeMap<>(), Optional.empty()), new Location.Inline(Bytes.EMPTY),
                Optional.of(new VersionStamp(1, 2, false, true)));
        assertThat(marker.encode()).hasToString("02" + "0000000000000000" + "0000000000000007"
                + "00000000" + "00" + "02" + "0000000000000001" + "0000000000000002"
                + "00000000" + "00000000" + "01" + "00000000");
        History history = new History(0x102, Optional.of(5L));
        assertThat(history.encode())
                .hasToString("01" + "0000000000000102" + "01" + "0000000000000005");
        assertThat(History.decode(history.encode())).isEqualTo(history);
        assertThat(new History(1, Optional.empty()).encode())
                .hasToString("01" + "0000000000000001" + "00");
    }

    @Test
    void shouldKeepKeysOfVersions() {
        Bytes key = Bytes.utf8("a\0");
        assertThat(RecordKeys.version(1, key, 2)).hasToString("76" + "0000000000000001" + "61"
                + "00ff" + "0001" + "7ffffffffffffffd");
        assertThat(RecordKeys.history(1, key)).hasToString("68" + "0000000000000001" + "6100");
        assertThat(RecordKeys.versioned(1)).hasToString("77" + "0000000000000001");
        assertThat(RecordKeys.keyOfVersion(RecordKeys.version(1, key, 2))).isEqualTo(key);
        assertThat(RecordKeys.numberOfVersion(RecordKeys.version(1, key, 2))).isEqualTo(2);
        assertThat(RecordKeys.version(1, key, 3)).isLessThan(RecordKeys.version(1, key, 2));
    }

    @Test
    void shouldReadBackVersionIds() {
        VersionId id = new VersionId(0x1f, -2);
        assertThat(id.text()).isEqualTo("000000000000001ffffffffffffffffe");
        assertThat(VersionId.parse(id.text())).contains(id);
        assertThat(VersionId.parse("null")).contains(VersionId.NULL);
        for (String text : List.of("", "NULL", "x".repeat(32), id.text() + "0",
                "8" + "0".repeat(31), id.text().toUpperCase(Locale.ROOT))) {
            assertThat(VersionId.parse(text)).as(text).isEmpty();
        }
    }

    private static Bytes bytes(String hex) {
        return Bytes.wrap(HexFormat.of().parseHex(hex));
    }

    /// What a shard's record says is its tag.
    @Test
    void shouldKeepTheStatesOfShards() {
        assertThat(Arrays.stream(ShardState.values()).map(state -> state.tag().toUtf8()))
                .containsExactly("", "moving", "braked", "frozen", "filling");
    }

    @Test
    void shouldKeepTheOtherRecords() {
        BlockOwner owner = new BlockOwner(Bytes.utf8("k"), 3, 7);
        assertThat(owner.encode())
                .hasToString("01" + "00000001" + "6b" + "00000003" + "0000000000000007");
        assertThat(BlockOwner.decode(owner.encode())).isEqualTo(owner);
        Upload upload = new Upload(Bytes.utf8("k"), "id", 7, new ObjectAttributes("",
                new TreeMap<>(Map.of("h", "1")), new TreeMap<>(), Optional.empty()), "A", "T");
        assertThat(UploadWire.encode(upload)).hasToString("01" + "00000001" + "6b" + "00000002"
                + "6964" + "0000000000000007" + "00000001" + "41" + "00000001" + "54"
                + "00000001" + "00000001" + "68" + "00000001" + "31" + "00000000");
        assertThat(UploadWire.decode(UploadWire.encode(upload))).isEqualTo(upload);
        Manifest bare = new Manifest(1, 7, attributes(), new Location.Inline(Bytes.EMPTY));
        Completion completion = new Completion(7, Bytes.utf8("k"), bare, List.of(4));
        assertThat(completion.encode().toString())
                .startsWith("01" + "0000000000000007" + "00000001" + "6b")
                .endsWith("00000001" + "00000004");
        assertThat(Completion.decode(CHAIN, completion.encode())).isEqualTo(completion);
    }

    @Test
    void shouldKeepKeys() {
        String id = "0123456789abcdef0123456789abcdef";
        ShardRecord whole = ShardRecord.whole(CHAIN);
        ShardRecord third = whole.cut().get(2);
        assertThat(RecordKeys.shard(1, whole)).hasToString("73" + "0000000000000001");
        assertThat(RecordKeys.shard(1, third))
                .hasToString("73" + "0000000000000001" + "0800" + "0c00");
        assertThat(RecordKeys.shard(1, third.cut().getLast().cut().getLast()))
                .hasToString("73" + "0000000000000001" + "0bc0" + "0c00");
        Bytes object = RecordKeys.object(1, Bytes.utf8("a"));
        assertThat(RecordKeys.markers(1, third).concat(object))
                .hasToString("6d" + "0000000000000001" + "0800" + object);
        assertThat(RecordKeys.recordOfMarker(RecordKeys.markers(1, third).concat(object)))
                .isEqualTo(object);
        assertThat(RecordKeys.object(1, Bytes.utf8("a")))
                .hasToString("6f" + "0000000000000001" + "61");
        assertThat(RecordKeys.upload(1, Bytes.utf8("a\0"), id)).hasToString(
                "75" + "0000000000000001" + "61" + "00ff" + "0001" + Bytes.utf8(id));
        assertThat(RecordKeys.part(1, id, 0x102))
                .hasToString("70" + "0000000000000001" + Bytes.utf8(id) + "0102");
        assertThat(RecordKeys.numberOfPart(RecordKeys.part(1, id, 10_000))).isEqualTo(10_000);
        assertThat(RecordKeys.block(BODY.id()))
                .hasToString("62" + "0000000000000011" + "0000000000000022");
    }

    @Test
    void shouldOrderUploadsByKeyAndThenById() {
        Random random = new Random(8);
        String low = "0".repeat(32);
        String high = "f".repeat(32);
        for (int i = 0; i < 2_000; i++) {
            Bytes one = key(random);
            Bytes other = key(random);
            Bytes first = RecordKeys.upload(1, one, random.nextBoolean() ? low : high);
            Bytes second = RecordKeys.upload(1, other, random.nextBoolean() ? low : high);
            if (!one.equals(other)) {
                assertThat(first.compareTo(second) < 0).isEqualTo(one.compareTo(other) < 0);
            }
            assertThat(RecordKeys.keyOfUpload(first)).isEqualTo(one);
        }
    }

    private static Bytes key(Random random) {
        byte[] key = new byte[random.nextInt(1, 6)];
        for (int i = 0; i < key.length; i++) {
            key[i] = new byte[] {0, 1, 2, 'a', (byte) 0xff}[random.nextInt(5)];
        }
        return Bytes.wrap(key);
    }
}
