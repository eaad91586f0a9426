package io.catena.protocol.chain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// An immutable byte sequence with value equality, ordered as unsigned bytes, shorter first: the
/// order of S3 listings and of LMDB.
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    /// Copies `value`.
    public static Bytes copyOf(byte[] value) {
        return value.length == 0 ? EMPTY : new Bytes(value.clone());
    }

    /// Takes `value` over without a copy; the caller must not change it afterwards.
    public static Bytes wrap(byte[] value) {
        return value.length == 0 ? EMPTY : new Bytes(value);
    }

    /// The UTF-8 bytes of `text`.
    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return value.length;
    }

    public boolean isEmpty() {
        return value.length == 0;
    }

    public byte at(int index) {
        return value[index];
    }

    /// A copy of the bytes.
    public byte[] toArray() {
        return value.clone();
    }

    /// The bytes themselves, for writing them somewhere; the caller must not change them.
    public byte[] unsafeArray() {
        return value;
    }

    /// The bytes as UTF-8 text; malformed input turns into replacement characters.
    public String toUtf8() {
        return new String(value, StandardCharsets.UTF_8);
    }

    public Bytes slice(int from, int to) {
        return wrap(Arrays.copyOfRange(value, from, to));
    }

    public Bytes concat(Bytes other) {
        byte[] joined = Arrays.copyOf(value, value.length + other.value.length);
        System.arraycopy(other.value, 0, joined, value.length, other.value.length);
        return wrap(joined);
    }

    public boolean startsWith(Bytes prefix) {
        return value.length >= prefix.value.length
                && Arrays.equals(value, 0, prefix.value.length, prefix.value, 0,
                        prefix.value.length);
    }

    /// Where `part` first occurs at or after `from`, or -1.
    public int indexOf(Bytes part, int from) {
        for (int start = from; start + part.value.length <= value.length; start++) {
            if (Arrays.equals(value, start, start + part.value.length,
                    part.value, 0, part.value.length)) {
                return start;
            }
        }
        return -1;
    }

    /// The least sequence greater than every sequence that starts with this one; empty when there
    /// is none (all bytes are 0xff).
    public Bytes prefixEnd() {
        int end = value.length;
        while (end > 0 && value[end - 1] == (byte) 0xff) {
            end--;
        }
        if (end == 0) {
            return EMPTY;
        }
        byte[] next = Arrays.copyOf(value, end);
        next[end - 1]++;
        return wrap(next);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    /// Hexadecimal, for logs.
    @Override
    public String toString() {
        return HexFormat.of().formatHex(value);
    }
}
