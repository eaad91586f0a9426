package io.catena.tail;

/// The end of the write path: what every replica before holds durably, and this one too, is
/// committed.
public final class CommitPoint {
    private CommitPoint() {}

    /// How far the end of the path may commit: committing what is only received, not durable on
    /// all, would lose writes that were read.
    ///
    /// @param committedSeq what is committed already; never goes back
    /// @param durableSeq what is flushed here
    /// @param predecessorsDurableSeq what every predecessor has told to be durable
    public static long advance(long committedSeq, long durableSeq, long predecessorsDurableSeq) {
        return Math.max(committedSeq, Math.min(durableSeq, predecessorsDurableSeq));
    }
}
