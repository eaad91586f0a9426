package io.catena.client.chain;

import io.catena.protocol.message.ClientReply;

/// What to do after an answer, or after none. Pure.
public sealed interface Retry {
    /// The answer is final.
    record Done() implements Retry {}

    /// Try again after this pause.
    record Again(long pauseMillis) implements Retry {}

    /// Give up, for this reason.
    record Fail(StorageException.Kind kind, String reason) implements Retry {}

    /// First pauses are short: most answers to retry come while a configuration changes.
    long PAUSE_MILLIS_MIN = 5;
    long PAUSE_MILLIS_MAX = 200;
    /// How long a chain that lacks members is waited for: about as long as a joining replica that
    /// is almost filled needs.
    long TOO_FEW_MILLIS_MAX = 1_000;
    /// How long a replica that is fresh enough is looked for: about as long as a chain needs to go
    /// on without those that died. A lone survivor stays without a lease, so more is in vain.
    long TOO_STALE_MILLIS_MAX = 3_000;

    /// After `reply`, at the `attempt`-th attempt (from 0), `elapsedMillis` after the first, of
    /// `budgetMillis`.
    static Retry after(ClientReply reply, int attempt, long elapsedMillis, long budgetMillis) {
        return switch (reply) {
            case ClientReply.Stored _, ClientReply.Refused _, ClientReply.Found _,
                    ClientReply.Missing _, ClientReply.Page _, ClientReply.Used _ -> new Done();
            case ClientReply.AskAnother r -> again(attempt, elapsedMillis, budgetMillis,
                    StorageException.Kind.UNAVAILABLE, r.reason());
            case ClientReply.TooStale r -> again(attempt, elapsedMillis,
                    Math.min(budgetMillis, TOO_STALE_MILLIS_MAX),
                    StorageException.Kind.UNAVAILABLE, r.reason());
            case ClientReply.Unknown r -> again(attempt, elapsedMillis, budgetMillis,
                    StorageException.Kind.UNAVAILABLE, r.reason());
            case ClientReply.Busy r -> again(attempt, elapsedMillis, budgetMillis,
                    StorageException.Kind.BUSY, r.reason());
            case ClientReply.TooFewReplicas r -> again(attempt, elapsedMillis,
                    Math.min(budgetMillis, TOO_FEW_MILLIS_MAX), StorageException.Kind.UNAVAILABLE,
                    "%d of the chain's replicas are in service, writes need %d"
                            .formatted(r.members(), r.required()));
            case ClientReply.NoSpace _ ->
                    new Fail(StorageException.Kind.NO_SPACE, "a disk of the chain is full");
            case ClientReply.Invalid r ->
                    new Fail(StorageException.Kind.UNAVAILABLE, r.reason());
        };
    }

    /// After a failure to reach the replica, or no answer in time.
    static Retry afterNoAnswer(String reason, int attempt, long elapsedMillis, long budgetMillis) {
        return again(attempt, elapsedMillis, budgetMillis, StorageException.Kind.UNAVAILABLE,
                reason);
    }

    private static Retry again(int attempt, long elapsedMillis, long budgetMillis,
            StorageException.Kind kind, String reason) {
        long pauseMillis = Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_MIN << Math.min(attempt, 10));
        return elapsedMillis + pauseMillis < budgetMillis
                ? new Again(pauseMillis) : new Fail(kind, reason);
    }
}
