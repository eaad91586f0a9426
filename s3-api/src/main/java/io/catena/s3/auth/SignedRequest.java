package io.catena.s3.auth;

import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.AccessKey;
import io.catena.s3.http.S3Request;
import java.util.Optional;

/// A request whose head was signed by the holder of `key`. Its body is still to be verified while
/// it is read.
///
/// @param level how fresh the answer must be, and the knowledge of keys was
/// @param chunkSignatures for bodies with signed chunks
public record SignedRequest(
        S3Request request, AccessKey key, ReadLevel level, PayloadMode payload,
        Optional<ChunkSignatures> chunkSignatures) {}
