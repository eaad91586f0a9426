package io.catena.protocol.message;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.IndexDigest;
import java.util.Optional;

/// Replicas compare what they hold: one tells the digest of its index where it had applied a
/// position, if it still knows. It changes nothing, so it needs no epoch: what is applied is
/// committed for good, in whatever epoch.
public sealed interface DigestMessage {
    /// What did your index hold when it had applied `seq`?
    record Question(ChainId chain, long seq) implements DigestMessage {}

    /// Empty when that is not known here: not applied yet, too long ago, or being filled.
    record Answer(Optional<IndexDigest> digest) implements DigestMessage {}
}
