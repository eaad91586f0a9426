package io.catena.master.cluster;

/// What a [TrustCommand] came to.
public sealed interface TrustResult {
    record Done() implements TrustResult {}

    /// The token is good; this is the server's number.
    record Joined(int server) implements TrustResult {}

    record BadToken(Fault fault) implements TrustResult {}

    /// Nothing was changed: the command does not fit the state, or a limit is reached.
    record Refused(String reason) implements TrustResult {}

    /// What is wrong with a token.
    enum Fault {
        /// No such token was made, or it expired long ago.
        UNKNOWN,
        EXPIRED,
        /// By another key.
        USED
    }
}
