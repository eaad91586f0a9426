package io.catena.tail;

import java.util.OptionalLong;

/// The last full member answers what is committed: one number for the whole chain, so one answer
/// serves every dirty read and every listing that waits (CRAQ's version query, section 2.3, per
/// chain instead of per object).
public final class QueryTail {
    private QueryTail() {}

    /// The answer, or none: without a lease, or before serving, another chain configuration may
    /// have committed more.
    public static OptionalLong answer(boolean serving, boolean leased, long committedSeq) {
        return serving && leased ? OptionalLong.of(committedSeq) : OptionalLong.empty();
    }
}
