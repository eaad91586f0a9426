package io.catena.chain.store.lmdb;

import java.util.Arrays;

/// A set of page numbers: one bit each, 32 MiB for a file of 1 TiB.
final class PageSet {
    private long[] words = new long[1_024];
    private long count;

    /// False when it was there already.
    boolean add(long page) {
        int word = word(page);
        if (word >= words.length) {
            words = Arrays.copyOf(words, Math.max(word + 1, (int) Math.min(
                    words.length * 2L, Integer.MAX_VALUE - 8)));
        }
        boolean added = (words[word] & bit(page)) == 0;
        words[word] |= bit(page);
        count += added ? 1 : 0;
        return added;
    }

    boolean contains(long page) {
        int word = word(page);
        return word < words.length && (words[word] & bit(page)) != 0;
    }

    private static int word(long page) {
        return Math.toIntExact(page / Long.SIZE);
    }

    private static long bit(long page) {
        return 1L << page % Long.SIZE;
    }

    long count() {
        return count;
    }
}
