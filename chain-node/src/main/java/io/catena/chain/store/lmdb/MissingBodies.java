package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/// Bodies that are named but not here, or damaged: the memory of table `missing`, where any thread
/// may look. An entry is made *before* the writer looks whether the body is staged, and a stage is
/// complete *before* its writer looks here: so one of the two sees the other.
final class MissingBodies {
    private static final BodyId LEAST = new BodyId(Long.MIN_VALUE, Long.MIN_VALUE);

    private final ConcurrentSkipListMap<BodyKey, BodyRef> wanted = new ConcurrentSkipListMap<>();

    void add(BodyKey key, BodyRef ref) {
        wanted.put(key, ref);
    }

    void remove(BodyKey key) {
        wanted.remove(key);
    }

    boolean contains(BodyKey key) {
        return wanted.containsKey(key);
    }

    boolean any(ChainId chain) {
        return !list(chain, 1).isEmpty();
    }

    List<BodyRef> list(ChainId chain, int most) {
        return wanted.tailMap(new BodyKey(chain, LEAST)).entrySet().stream()
                .takeWhile(entry -> entry.getKey().chain().equals(chain))
                .limit(most).map(java.util.Map.Entry::getValue).toList();
    }

    void removeAll(ChainId chain) {
        wanted.keySet().removeIf(key -> key.chain().equals(chain));
    }
}
