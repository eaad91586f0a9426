package io.catena.chain.store.lmdb;

import io.catena.protocol.invariant.Invariant;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/// The free space of the data file, in memory: built at open from the extents that LMDB says are
/// owned. Best fit, neighbours join. A freed extent comes here only after the commit that freed it,
/// so that nothing is written over what a crash would bring back.
///
/// Memory is bounded: beyond a number of gaps the smallest are forgotten, and come back with the
/// next start.
final class Extents {
    /// Extents start and end at multiples of this.
    static final int UNIT_BYTES = 4_096;
    /// About 30 MB of heap.
    static final int GAPS_MAX = 200_000;

    private record Gap(long offset, long length) {}

    private final TreeMap<Long, Long> gaps = new TreeMap<>();
    private final TreeSet<Gap> bySize = new TreeSet<>(
            Comparator.comparingLong(Gap::length).thenComparingLong(Gap::offset));
    private final int gapsMax;
    private long endBytes;
    private long freeBytes;

    Extents() {
        this(GAPS_MAX);
    }

    Extents(int gapsMax) {
        this.gapsMax = gapsMax;
    }

    static long rounded(int lengthBytes) {
        return (lengthBytes + UNIT_BYTES - 1L) / UNIT_BYTES * UNIT_BYTES;
    }

    /// At open, in order of offset.
    synchronized void occupied(long offset, long length) {
        Invariant.check(offset >= endBytes && offset % UNIT_BYTES == 0 && length > 0,
                () -> "extent at " + offset + " overlaps one that ends at " + endBytes);
        if (offset > endBytes) {
            add(endBytes, offset - endBytes);
        }
        endBytes = offset + length;
    }

    /// Takes the smallest gap that is long enough, else grows the file by no more than
    /// `growBytesMax`.
    synchronized OptionalLong take(long length, long growBytesMax) {
        Gap gap = bySize.ceiling(new Gap(0, length));
        if (gap != null) {
            remove(gap.offset(), gap.length());
            if (gap.length() > length) {
                add(gap.offset() + length, gap.length() - length);
            }
            return OptionalLong.of(gap.offset());
        }
        if (length > growBytesMax) {
            return OptionalLong.empty();
        }
        long offset = endBytes;
        endBytes += length;
        return OptionalLong.of(offset);
    }

    synchronized void release(long offset, long length) {
        long from = offset;
        long to = offset + length;
        Map.Entry<Long, Long> before = gaps.lowerEntry(from);
        Map.Entry<Long, Long> after = gaps.ceilingEntry(from);
        Invariant.check(to <= endBytes
                        && (before == null || before.getKey() + before.getValue() <= from)
                        && (after == null || after.getKey() >= to),
                () -> "extent at " + offset + " was free already");
        if (before != null && before.getKey() + before.getValue() == from) {
            from = before.getKey();
            remove(before.getKey(), before.getValue());
        }
        if (after != null && after.getKey() == to) {
            to += after.getValue();
            remove(after.getKey(), after.getValue());
        }
        if (to == endBytes) {
            endBytes = from;
        } else {
            add(from, to - from);
        }
    }

    private void add(long offset, long length) {
        gaps.put(offset, length);
        bySize.add(new Gap(offset, length));
        freeBytes += length;
        if (gaps.size() > gapsMax) {
            Gap least = bySize.first();
            remove(least.offset(), least.length());
        }
    }

    private void remove(long offset, long length) {
        gaps.remove(offset);
        bySize.remove(new Gap(offset, length));
        freeBytes -= length;
    }

    /// Free bytes between extents.
    synchronized long freeBytes() {
        return freeBytes;
    }

    /// Where the last extent ends.
    synchronized long endBytes() {
        return endBytes;
    }
}
