package io.catena.protocol.chain;

/// An ordered walk over the keys that start with a prefix. Every bound is a bound on work: a page
/// may come back short, with the key to go on from.
///
/// @param prefix only keys that start with this
/// @param from the first key to consider, inclusive; empty: from the prefix on
/// @param delimiter when not empty, keys that contain it after the prefix are rolled up into one
///     common prefix, found by seeking, not by reading them
/// @param entriesMax entries and common prefixes in a page, 1 to 1,000 and one more to see the end
/// @param valueBytesMax how much of each value is wanted
/// @param pageBytesMax roughly how large a page may get
public record ScanRange(
        Bytes prefix, Bytes from, Bytes delimiter, int entriesMax, int valueBytesMax,
                int pageBytesMax) {
    public static final int ENTRIES_MAX = 1_001;
    public static final int PAGE_BYTES_MAX = 1 << 20;

    public ScanRange {
        if (entriesMax < 1 || entriesMax > ENTRIES_MAX) {
            throw new IllegalArgumentException("entriesMax is 1 to " + ENTRIES_MAX);
        }
        if (pageBytesMax < 1 || pageBytesMax > PAGE_BYTES_MAX) {
            throw new IllegalArgumentException("pageBytesMax is 1 to " + PAGE_BYTES_MAX);
        }
    }

    /// A walk over all keys with `prefix`, whole values.
    public static ScanRange all(Bytes prefix, Bytes from, int entriesMax) {
        return new ScanRange(
                prefix, from, Bytes.EMPTY, entriesMax, Integer.MAX_VALUE, PAGE_BYTES_MAX);
    }
}
