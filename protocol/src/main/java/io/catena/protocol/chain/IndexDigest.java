package io.catena.protocol.chain;

/// What an index holds, in one number that does not depend on the order in which it came there: the
/// sum, modulo 2^128, of a hash of each key with its record (see docs/formats.md), and how many
/// there are.
/// Two replicas of a chain that have applied the same position have the same one.
///
/// @param count of live records
/// @param high the upper half of the sum
/// @param low the lower half
public record IndexDigest(long count, long high, long low) {
    public static final IndexDigest EMPTY = new IndexDigest(0, 0, 0);

    public IndexDigest plus(IndexDigest other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new IndexDigest(count + other.count, high + other.high + carry, sum);
    }

    public IndexDigest minus(IndexDigest other) {
        long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
        return new IndexDigest(
                count - other.count, high - other.high - borrow, low - other.low);
    }

    @Override
    public String toString() {
        return "%016x%016x of %d".formatted(high, low, count);
    }
}
