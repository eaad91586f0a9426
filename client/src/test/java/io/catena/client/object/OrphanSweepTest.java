package io.catena.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Version;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrphanSweepTest {
    private static final long HOUR = 3_600_000;
    private static final int LONG = 3 * StorageFixture.BLOCK;

    private final StorageFixture fixture = new StorageFixture();
    private long monotonicMillis = -5;
    private final OrphanSweep sweep = new OrphanSweep(fixture.vertx, fixture.chains,
            StorageFixture.SETTINGS, () -> fixture.nowMillis,
            () -> monotonicMillis);

    @AfterEach
    void close() {
        fixture.close();
    }

    private int round() {
        return fixture.await(() -> sweep.round(Set.copyOf(fixture.chains.chains())));
    }

    private void passHours(long hours) {
        fixture.nowMillis += hours * HOUR;
        monotonicMillis += hours * HOUR;
    }

    /// What a gateway leaves that dies before it writes the object's record.
    private void loseRecord(String key) {
        fixture.put(key, StorageFixture.bytes(LONG));
        Bytes record = RecordKeys.object(fixture.bucket.id(), Bytes.utf8(key));
        fixture.chains.records.values().forEach(held -> held.remove(record));
    }

    @Test
    void shouldDeleteBlocksThatNothingNames() {
        loseRecord("lost");
        byte[] kept = StorageFixture.bytes(LONG + 1);
        fixture.put("kept", kept);
        passHours(2);
        assertThat(round()).isZero();
        passHours(24);
        assertThat(round()).isZero();
        passHours(1);
        assertThat(round()).isEqualTo(3);
        assertThat(fixture.chains.count('b')).isEqualTo(4);
        assertThat(fixture.read(fixture.find("kept").orElseThrow(), 0, kept.length))
                .isEqualTo(kept);
    }

    @Test
    void shouldKeepBlocksThatAreNamedInTheMeantime() {
        fixture.put("late", StorageFixture.bytes(LONG));
        Bytes record = RecordKeys.object(fixture.bucket.id(), Bytes.utf8("late"));
        var home = fixture.chains.records.values().stream()
                .filter(held -> held.containsKey(record)).findFirst().orElseThrow();
        Version late = home.remove(record);
        passHours(2);
        round();
        home.put(record, late);
        passHours(26);
        assertThat(round()).isZero();
        assertThat(fixture.read(fixture.find("late").orElseThrow(), 0, LONG))
                .isEqualTo(StorageFixture.bytes(LONG));
    }

    @Test
    void shouldTrustNoWallClock() {
        loseRecord("lost");
        fixture.nowMillis += 1_000_000 * HOUR;
        assertThat(round()).isZero();
        fixture.nowMillis += 1_000_000 * HOUR;
        assertThat(round()).isZero();
        assertThat(fixture.chains.count('b')).isEqualTo(3);
    }

    @Test
    void shouldKeepPartsBlocks() {
        Upload upload = fixture.createUpload("multi");
        fixture.putPart(upload, 1, StorageFixture.bytes(LONG));
        passHours(2);
        round();
        passHours(26);
        assertThat(round()).isZero();
        assertThat(fixture.chains.count('b')).isEqualTo(3);
    }

    @Test
    void shouldLookOnAllChains() {
        fixture.put("moved", StorageFixture.bytes(LONG));
        Bytes record = RecordKeys.object(fixture.bucket.id(), Bytes.utf8("moved"));
        var from = fixture.chains.records.values().stream()
                .filter(held -> held.containsKey(record)).findFirst().orElseThrow();
        // A chain that has no shard of the bucket.
        fixture.chains.records.get(new ChainId(4)).put(record, from.remove(record));
        passHours(2);
        round();
        passHours(26);
        assertThat(round()).isZero();
    }

    @Test
    void shouldKeepBlocksOfVersions() {
        fixture.put("key", StorageFixture.bytes(LONG));
        BucketRecord before = fixture.storage.bucket("bucket").orElseThrow();
        fixture.await(() -> fixture.storage.setVersioning(before, BucketVersioning.ENABLED));
        fixture.put("key", StorageFixture.bytes(LONG + 1));
        VersionId third =
                fixture.put("key", StorageFixture.bytes(LONG)).versionId().orElseThrow();
        BucketRecord bucket = fixture.storage.bucket("bucket").orElseThrow();
        Bytes key = Bytes.utf8("key");
        fixture.await(() -> fixture.storage.delete(bucket, key, Optional.empty()));
        loseVersion(key, third);
        passHours(2);
        round();
        passHours(26);
        assertThat(round()).isEqualTo(3);
        assertThat(fixture.chains.count('b')).isEqualTo(3 + 4);
    }

    private void loseVersion(Bytes key, VersionId version) {
        Bytes record = RecordKeys.version(fixture.bucket.id(), key, version.number());
        fixture.chains.records.values().forEach(held -> held.remove(record));
    }

    @Test
    void shouldGoThroughAllPages() {
        fixture.chains.pageEntriesMax = 1;
        loseRecord("lost");
        loseRecord("too");
        passHours(2);
        for (int page = 0; page < 8; page++) {
            round();
        }
        passHours(25);
        assertThat(round()).isEqualTo(6);
    }

    @Test
    void shouldSweepOnlyItsOwnChains() {
        loseRecord("lost");
        Set<ChainId> none = Set.of();
        passHours(2);
        fixture.await(() -> sweep.round(none));
        passHours(26);
        assertThat(fixture.await(() -> sweep.round(none))).isZero();
        assertThat(fixture.chains.count('b')).isEqualTo(3);
    }
}
