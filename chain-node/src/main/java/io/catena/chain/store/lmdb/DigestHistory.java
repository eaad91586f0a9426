package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.IndexDigest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// The digests of an index at the positions it applied lately, so that replicas that are not at the
/// same position now can compare. Written by the writer thread, read by any.
final class DigestHistory {
    private static final int POSITIONS_MAX = 1_024;

    private final TreeMap<Long, IndexDigest> digests = new TreeMap<>();

    synchronized void add(long seq, IndexDigest digest) {
        digests.put(seq, digest);
        if (digests.size() > POSITIONS_MAX) {
            digests.pollFirstEntry();
        }
    }

    /// The index is about to be filled anew.
    synchronized void clear() {
        digests.clear();
    }

    synchronized Optional<IndexDigest> at(long seq) {
        return Optional.ofNullable(digests.get(seq));
    }

    synchronized OptionalLong newest() {
        return digests.isEmpty() ? OptionalLong.empty() : OptionalLong.of(digests.lastKey());
    }
}
