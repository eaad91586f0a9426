package io.catena.client.object;

import io.catena.protocol.chain.Bytes;

/// What page of a bucket's keys is wanted.
///
/// @param after only keys (and common prefixes) greater than this; empty: from the start
/// @param delimiter empty: none
/// @param entriesMax 0 to 1,000
public record ListingRequest(Bytes prefix, Bytes after, Bytes delimiter, int entriesMax) {}
