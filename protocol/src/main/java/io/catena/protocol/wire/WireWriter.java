package io.catena.protocol.wire;

import io.catena.protocol.chain.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Writes the primitives that all wire and record formats are made of: big-endian numbers; byte
/// sequences and lists with a u32 length before them; optional values with a flag byte before them.
public final class WireWriter {
    private byte[] bytes;
    private int length;

    public WireWriter() {
        this(128);
    }

    public WireWriter(int capacity) {
        bytes = new byte[capacity];
    }

    private ByteBuffer room(int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        ByteBuffer at = ByteBuffer.wrap(bytes, length, count);
        length += count;
        return at;
    }

    public WireWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public WireWriter i32(int value) {
        room(4).putInt(value);
        return this;
    }

    public WireWriter i64(long value) {
        room(8).putLong(value);
        return this;
    }

    public WireWriter bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    public WireWriter bytes(Bytes value) {
        i32(value.length());
        room(value.length()).put(value.unsafeArray());
        return this;
    }

    public WireWriter text(String value) {
        return bytes(Bytes.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    public <T> WireWriter list(List<T> values, BiConsumer<WireWriter, T> each) {
        i32(values.size());
        values.forEach(value -> each.accept(this, value));
        return this;
    }

    public <T> WireWriter optional(Optional<T> value, BiConsumer<WireWriter, T> each) {
        bool(value.isPresent());
        value.ifPresent(v -> each.accept(this, v));
        return this;
    }

    public int length() {
        return length;
    }

    public byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    public Bytes toBytes() {
        return Bytes.wrap(toArray());
    }
}
