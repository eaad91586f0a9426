package io.catena.protocol.chain;

import io.catena.protocol.invariant.Invariant;

/// Bytes that lie outside the index, in each replica's own data file. The core sees only this.
///
/// @param lengthBytes 1 to [#LENGTH_BYTES_MAX]
/// @param crc32c the CRC32C over the big-endian CRC32Cs of the body's 64 KiB pages, so that pages
///     can be checked one by one and the whole without reading it again
public record BodyRef(BodyId id, int lengthBytes, int crc32c) {
    /// A body is at most one block: what is longer is cut up by the writer.
    public static final int LENGTH_BYTES_MAX = 4 << 20;
    /// What one CRC32C covers; the last page of a body may be shorter.
    public static final int PAGE_BYTES = 64 << 10;

    public BodyRef {
        Invariant.check(lengthBytes > 0 && lengthBytes <= LENGTH_BYTES_MAX,
                "a body has 1 byte to 4 MiB");
    }

    /// The number of pages of a body of `lengthBytes`.
    public static int pages(int lengthBytes) {
        return (lengthBytes + PAGE_BYTES - 1) / PAGE_BYTES;
    }
}
