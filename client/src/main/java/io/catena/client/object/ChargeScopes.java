package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Slots;
import java.util.ArrayList;
import java.util.List;

/// What the charge of an object's record is for: the bucket and the group of slots that its key is
/// in, so that a chain can count the part of a bucket that it owns, and not what else it has of it.
///
/// ```
/// scope      1 in bit 62 · bucket id in bits 6 to 61 · slot group in bits 0 to 5
/// formerly   bucket id (less than 2^56)
/// ```
///
/// Records that were written before have the former scope until they are written again. It has no
/// group: such a bucket cannot be split before its records have new ones.
final class ChargeScopes {
    private static final long GROUPED = 1L << 62;
    private static final int GROUP_BITS = 6;

    private ChargeScopes() {}

    static long of(long bucketId, Bytes key) {
        return of(bucketId, Slots.groupOf(key));
    }

    private static long of(long bucketId, int group) {
        return GROUPED | bucketId << GROUP_BITS | group;
    }

    static Scopes former(long bucketId) {
        return Scopes.of(bucketId);
    }

    /// Of the keys in `slots`, and of all records with the former scope.
    static Scopes of(long bucketId, Slots slots) {
        List<Scopes.Range> ranges = new ArrayList<>(former(bucketId).ranges());
        int group = 0;
        while (group < Slots.GROUPS) {
            int end = group;
            while (end < Slots.GROUPS && slots.hasGroup(end)) {
                end++;
            }
            if (end > group) {
                ranges.add(new Scopes.Range(of(bucketId, group), of(bucketId, end - 1)));
            }
            group = end + 1;
        }
        return new Scopes(ranges);
    }
}
