package io.catena.protocol.message;

import io.catena.protocol.cluster.JoinToken;

/// What the master answers to a [TrustMessage].
public sealed interface TrustReply {
    record TokenMade(JoinToken token) implements TrustReply {}

    /// @param certificatePem the certificate, and the authority's behind it
    record Certified(String certificatePem) implements TrustReply {}

    record Done() implements TrustReply {}

    /// Nothing was changed, and asking again changes nothing.
    record Refused(String reason) implements TrustReply {}
}
