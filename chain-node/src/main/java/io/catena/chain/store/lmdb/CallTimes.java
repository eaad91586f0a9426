package io.catena.chain.store.lmdb;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// How long calls to the disk that have not come back yet have been taking. As many as threads
/// call. From any thread.
final class CallTimes {
    private final LongSupplier clockNanos;
    private final AtomicLong calls = new AtomicLong();
    private final ConcurrentSkipListMap<Long, Long> begunNanos = new ConcurrentSkipListMap<>();

    CallTimes(LongSupplier clockNanos) {
        this.clockNanos = clockNanos;
    }

    /// A call begins; [#end] is told what this returns.
    long begin() {
        long call = calls.incrementAndGet();
        begunNanos.put(call, clockNanos.getAsLong());
        return call;
    }

    void end(long call) {
        begunNanos.remove(call);
    }

    /// Of the call that began first; 0 when none runs.
    long longestNanos() {
        Map.Entry<Long, Long> first = begunNanos.firstEntry();
        return first == null ? 0 : clockNanos.getAsLong() - first.getValue();
    }
}
