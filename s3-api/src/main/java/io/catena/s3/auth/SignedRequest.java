package io.catena.s3.auth;

import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.UserRecord;
import io.catena.s3.http.S3Request;
import java.util.Optional;

/// A request whose head was signed by the holder of one of the user's keys. Its body is still to be
/// verified while it is read.
///
/// @param level how fresh the answer must be, and the knowledge of keys was
/// @param chunkSignatures for bodies with signed chunks
public record SignedRequest(
        S3Request request, UserRecord user, ReadLevel level, PayloadMode payload,
        Optional<ChunkSignatures> chunkSignatures) {}
