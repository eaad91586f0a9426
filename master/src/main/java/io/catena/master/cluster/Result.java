package io.catena.master.cluster;

import io.catena.protocol.chain.Member;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.BucketRecord;

/// What a [Command] came to.
public sealed interface Result {
    record Registered(Member member) implements Result {}

    record Done() implements Result {}

    record BucketCreated(BucketRecord bucket) implements Result {}

    record BucketExists(BucketRecord bucket) implements Result {}

    record NoSuchBucket() implements Result {}

    /// The bucket's shards are others than the command says.
    record OtherShards() implements Result {}

    record OfTrust(TrustResult result) implements Result {}

    /// Users and keys are as they were, or a bucket's owner is not there.
    record AccountRefused(AccountRefusal refusal) implements Result {}

    /// Nothing was changed: the command does not fit the state, or a limit is reached.
    record Refused(String reason) implements Result {}
}
