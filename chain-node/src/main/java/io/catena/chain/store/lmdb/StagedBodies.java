package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Bodies on their way in, and the space they may take. What is here only is lost by a crash, and
/// its space is free again then.
final class StagedBodies {
    /// The file system is asked for its free space no more often than this.
    private static final long USABLE_AGE_MILLIS = 500;
    /// What is free at the end of the file is given back when it is as much as this.
    static final long TRIMMED_BYTES_MIN = 64L << 20;

    private final Map<BodyKey, StagedBody> bodies = new ConcurrentHashMap<>();
    private final AtomicLong stagedBytes = new AtomicLong();
    private final Extents extents;
    private final DataFile file;
    private final LmdbSettings settings;
    private final LongSupplier wallMillis;
    private long usableBytes;
    private long usableAtMillis = Long.MIN_VALUE;
    private long grownBytes;

    StagedBodies(
            Extents extents, DataFile file, LmdbSettings settings, LongSupplier wallMillis) {
        this.extents = extents;
        this.file = file;
        this.settings = settings;
        this.wallMillis = wallMillis;
    }

    Optional<StagedBody> find(BodyKey key) {
        return Optional.ofNullable(bodies.get(key));
    }

    boolean isBusy(int lengthBytes) {
        return stagedBytes.get() + lengthBytes > settings.stagedBytesMax();
    }

    /// Takes space for a body; empty when there is no room.
    Optional<StagedBody> begin(BodyKey key, int lengthBytes) throws IOException {
        long size = Extents.rounded(lengthBytes);
        OptionalLong offset = take(size);
        if (offset.isEmpty()) {
            return Optional.empty();
        }
        StagedBody body = new StagedBody(offset.getAsLong(), lengthBytes, wallMillis.getAsLong());
        stagedBytes.addAndGet(lengthBytes);
        StagedBody former = bodies.putIfAbsent(key, body);
        if (former == null) {
            return Optional.of(body);
        }
        stagedBytes.addAndGet(-lengthBytes);
        extents.release(body.offsetBytes(), size);
        return Optional.of(former);
    }

    private synchronized OptionalLong take(long size) throws IOException {
        long endBefore = extents.endBytes();
        OptionalLong offset = extents.take(size, growBytesMax());
        grownBytes += Math.max(0, extents.endBytes() - endBefore);
        return offset;
    }

    /// How much the data file may still grow. What was handed out since the file system was asked
    /// last counts as used.
    private synchronized long growBytesMax() throws IOException {
        long now = wallMillis.getAsLong();
        if (usableAtMillis == Long.MIN_VALUE || now - usableAtMillis >= USABLE_AGE_MILLIS) {
            usableBytes = file.usableBytes();
            usableAtMillis = now;
            grownBytes = 0;
        }
        return Math.max(0, Math.min(usableBytes - settings.reserveBytes() / 2 - grownBytes,
                settings.dataBytesMax() - extents.endBytes()));
    }

    /// Gives the file system back what is free at the end of the file. What is freed was freed by a
    /// commit, and nobody takes space meanwhile.
    synchronized void trim() throws IOException {
        long endBytes = extents.endBytes();
        if (file.lengthBytes() - endBytes >= TRIMMED_BYTES_MIN) {
            file.truncate(endBytes);
        }
    }

    long freeBytes() throws IOException {
        return extents.freeBytes() + growBytesMax();
    }

    /// The body if it is all here and is what the reference says.
    Optional<StagedBody> complete(BodyKey key, BodyRef ref) {
        return find(key).filter(body -> body.is(ref));
    }

    /// The body's extent belongs to LMDB from now on.
    void handedOver(BodyKey key, StagedBody body) {
        if (bodies.remove(key, body)) {
            stagedBytes.addAndGet(-body.lengthBytes());
        }
    }

    /// Frees the body's space, unless a queued update names it.
    void drop(BodyKey key) {
        find(key).ifPresent(body -> drop(key, body, Long.MAX_VALUE));
    }

    private void drop(BodyKey key, StagedBody body, long untouchedSinceMillis) {
        if (body.drop(untouchedSinceMillis) && bodies.remove(key, body)) {
            stagedBytes.addAndGet(-body.lengthBytes());
            extents.release(body.offsetBytes(), Extents.rounded(body.lengthBytes()));
        }
    }

    void dropIdle() {
        long since = wallMillis.getAsLong() - settings.stagedIdleMillis();
        bodies.forEach((key, body) -> drop(key, body, since));
    }

    void dropAll(ChainId chain) {
        bodies.forEach((key, body) -> {
            if (key.chain().equals(chain)) {
                drop(key, body, Long.MAX_VALUE);
            }
        });
    }
}
