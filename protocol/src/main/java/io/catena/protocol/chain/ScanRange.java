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
/// @param shown only keys whose slot is in this
/// @param slotKeyFrom how many bytes of a key come before what its slot is the hash of
public record ScanRange(
        Bytes prefix, Bytes from, Bytes delimiter, int entriesMax, int valueBytesMax,
                int pageBytesMax, Slots shown, int slotKeyFrom) {
    public static final int ENTRIES_MAX = 1_001;
    public static final int PAGE_BYTES_MAX = 1 << 20;

    public ScanRange {
        if (entriesMax < 1 || entriesMax > ENTRIES_MAX) {
            throw new IllegalArgumentException("entriesMax is 1 to " + ENTRIES_MAX);
        }
        if (pageBytesMax < 1 || pageBytesMax > PAGE_BYTES_MAX) {
            throw new IllegalArgumentException("pageBytesMax is 1 to " + PAGE_BYTES_MAX);
        }
        if (slotKeyFrom < 0 || slotKeyFrom > prefix.length()) {
            throw new IllegalArgumentException("slotKeyFrom lies in the prefix");
        }
    }

    /// A range that shows all slots.
    public ScanRange(Bytes prefix, Bytes from, Bytes delimiter, int entriesMax, int valueBytesMax,
            int pageBytesMax) {
        this(prefix, from, delimiter, entriesMax, valueBytesMax, pageBytesMax, Slots.ALL, 0);
    }

    /// A walk over all keys with `prefix`, whole values.
    public static ScanRange all(Bytes prefix, Bytes from, int entriesMax) {
        return new ScanRange(
                prefix, from, Bytes.EMPTY, entriesMax, Integer.MAX_VALUE, PAGE_BYTES_MAX);
    }

    /// This range, of which only keys whose slot is in `slots` show.
    ///
    /// @param keyFrom how many bytes of a key come before what its slot is the hash of; no key with
    ///     the prefix is shorter
    public ScanRange showing(Slots slots, int keyFrom) {
        return new ScanRange(prefix, from, delimiter, entriesMax, valueBytesMax, pageBytesMax,
                slots, keyFrom);
    }

    /// This range from a later key on.
    public ScanRange startingAt(Bytes key) {
        return new ScanRange(prefix, key, delimiter, entriesMax, valueBytesMax, pageBytesMax,
                shown, slotKeyFrom);
    }

    public boolean shows(Bytes key) {
        return shown.holds(key, slotKeyFrom);
    }
}
