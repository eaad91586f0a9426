package io.catena.server.system;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Values that differ from each other, as numbers and as objects: small ones, that lie in a record,
/// larger ones, that are attached to it, and some that are cut into blocks.
final class HotValues {
    private static final int SMALL_BYTES_MAX = 1_500;
    private static final int ATTACHED_BYTES_MAX = 60_000;
    private static final int BLOCKS_BYTES = 1_200_000;

    private final AtomicLong last = new AtomicLong();
    private final Map<String, Long> byEtag = new ConcurrentHashMap<>();

    /// A value as an object.
    record Value(long number, byte[] bytes, String etag) {}

    /// @param chance from 0 to 1: how large it is
    Value next(double chance) {
        long number = last.incrementAndGet();
        byte[] bytes = bytes(number, size(chance));
        try {
            String etag = '"' + HexFormat.of().formatHex(
                    MessageDigest.getInstance("MD5").digest(bytes)) + '"';
            byEtag.put(etag, number);
            return new Value(number, bytes, etag);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static int size(double chance) {
        if (chance < 0.8) {
            return 40 + (int) (chance * SMALL_BYTES_MAX);
        }
        return chance < 0.98 ? (int) (chance * ATTACHED_BYTES_MAX) : BLOCKS_BYTES;
    }

    private static byte[] bytes(long number, int size) {
        byte[] bytes = new byte[size];
        byte[] head = ("value " + number + " of " + size + ":").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(head, 0, bytes, 0, head.length);
        for (int at = head.length; at < size; at++) {
            bytes[at] = (byte) (number * 31 + at);
        }
        return bytes;
    }

    /// The number of an object that was listed or read, by its ETag; empty: nobody wrote it.
    OptionalLong number(String etag) {
        Long number = byEtag.get(etag);
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /// Whether these are the bytes of value `number`, all of them.
    static boolean areOf(long number, byte[] bytes) {
        return java.util.Arrays.equals(bytes, bytes(number, bytes.length));
    }
}
