package io.catena.client.object;

import io.catena.protocol.chain.BodyRef;

/// What operators may tune of how objects are stored.
///
/// @param inlineBytesMax bodies up to this lie in the object's record itself
/// @param blockBytes larger bodies up to this are attached to the record, longer ones are cut into
///     blocks of this size. A block is kept in memory until its chain has it, so that another chain
///     can take it; more costs memory per upload, less costs more records
/// @param blocksInFlight blocks of one upload that are being written while the next is received
/// @param blockAttemptsMax chains that are tried for a block
/// @param readAheadChunks chunks of 256 KiB that a reader has under way
/// @param garbageGraceMillis what replaced objects referred to is deleted this long after it was
///     seen
/// @param completionKeepMillis how long a completed upload can be completed again
/// @param uploadMillisMax an object or part whose bytes take longer than this is refused; what
///     broken uploads left is kept for at least as long
public record ObjectSettings(
        int inlineBytesMax,
        int blockBytes,
        int blocksInFlight,
        int blockAttemptsMax,
        int readAheadChunks,
        long garbageGraceMillis,
        long completionKeepMillis,
        long uploadMillisMax) {
    public static final ObjectSettings DEFAULTS = new ObjectSettings(
            2_000, 1 << 20, 2, 4, 3, 900_000, 7L * 86_400_000, 86_400_000);

    public ObjectSettings {
        if (blockBytes < BodyRef.PAGE_BYTES || blockBytes > BodyRef.LENGTH_BYTES_MAX
                || blockBytes % BodyRef.PAGE_BYTES != 0) {
            throw new IllegalArgumentException("blockBytes is 64 KiB to 4 MiB, in whole pages");
        }
        if (inlineBytesMax < 0 || inlineBytesMax >= blockBytes) {
            throw new IllegalArgumentException("inlineBytesMax is less than blockBytes");
        }
        if (blocksInFlight < 1 || blockAttemptsMax < 1 || readAheadChunks < 1) {
            throw new IllegalArgumentException("something must be under way");
        }
        if (uploadMillisMax < 1) {
            throw new IllegalArgumentException("uploads take some time");
        }
    }
}
