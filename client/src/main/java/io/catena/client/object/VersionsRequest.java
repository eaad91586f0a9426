package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import java.util.Optional;

/// What page of a bucket's versions is wanted.
///
/// @param keyMarker only keys (and common prefixes) greater than this; empty: from the start
/// @param afterVersion of the key `keyMarker` too what is older than this version of it
/// @param delimiter empty: none
/// @param entriesMax 0 to 1,000
public record VersionsRequest(Bytes prefix, Bytes keyMarker, Optional<VersionId> afterVersion,
        Bytes delimiter, int entriesMax) {}
