package io.catena.protocol.message;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;

/// A chain message with its address. `from` and `to` are seats, not hosts: a restarted node is
/// another member, and what was sent to the former one is void.
public record Envelope(
        ChainId chain, Epoch epoch, Member from, Member to, ChainMessage message) {}
