package io.catena.master.duty;

/// How fast replicas move that need not: see docs/decisions/0011.
///
/// @param copiesMax planned copies in the cluster at a time; a node takes one
/// @param settleNanos how long all chains must have been complete before something moves
/// @param turnEveryNanos how long at least between two heads that are turned to the tail
public record MoveSettings(int copiesMax, long settleNanos, long turnEveryNanos) {
    /// Eight copies at a time, after five quiet seconds; a turn a minute.
    public static final MoveSettings DEFAULTS =
            new MoveSettings(8, 5_000_000_000L, 60_000_000_000L);
}
