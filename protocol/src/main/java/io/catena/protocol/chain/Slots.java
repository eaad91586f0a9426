package io.catena.protocol.chain;

import java.util.zip.CRC32C;

/// Keys by hash: each falls into one of [#COUNT] slots, [#GROUPS] groups of neighbouring ones. A
/// set of groups, one bit each; group 0 is the lowest bit. Shards consist of whole groups, so a set
/// says which keys a chain shows of a bucket, or which of its records count.
public record Slots(long groups) {
    public static final int COUNT = 4_096;
    public static final int GROUPS = Long.SIZE;
    private static final int GROUP_SLOTS = COUNT / GROUPS;

    public static final Slots ALL = new Slots(-1L);
    public static final Slots NONE = new Slots(0);

    /// The groups that the slots from `slotFrom` to `slotTo` (exclusive) consist of.
    ///
    /// @throws IllegalArgumentException when they are not whole groups
    public static Slots range(int slotFrom, int slotTo) {
        if (slotFrom < 0 || slotTo > COUNT || slotFrom >= slotTo
                || slotFrom % GROUP_SLOTS != 0 || slotTo % GROUP_SLOTS != 0) {
            throw new IllegalArgumentException("slots %d to %d".formatted(slotFrom, slotTo));
        }
        int count = (slotTo - slotFrom) / GROUP_SLOTS;
        return new Slots(-1L >>> (GROUPS - count) << slotFrom / GROUP_SLOTS);
    }

    /// The slot of a key.
    public static int slotOf(Bytes key) {
        return slotOf(key, 0);
    }

    /// The slot of what follows the first bytes of a record's key.
    public static int slotOf(Bytes recordKey, int skippedBytes) {
        CRC32C crc = new CRC32C();
        crc.update(recordKey.unsafeArray(), skippedBytes, recordKey.length() - skippedBytes);
        return (int) (crc.getValue() % COUNT);
    }

    public static int groupOf(Bytes key) {
        return slotOf(key) / GROUP_SLOTS;
    }

    public boolean hasGroup(int group) {
        return (groups >>> group & 1) != 0;
    }

    public boolean holds(Bytes key) {
        return holds(key, 0);
    }

    /// Whether the slot of what follows the first bytes of a record's key is in this set.
    public boolean holds(Bytes recordKey, int skippedBytes) {
        return groups == ALL.groups
                || hasGroup(slotOf(recordKey, skippedBytes) / GROUP_SLOTS);
    }

    public Slots with(Slots other) {
        return new Slots(groups | other.groups);
    }
}
