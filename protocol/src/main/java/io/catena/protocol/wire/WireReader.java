package io.catena.protocol.wire;

import io.catena.protocol.chain.Bytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads what [WireWriter] wrote. Every length is checked against what is left before anything is
/// allocated, so that a hostile length costs nothing.
public final class WireReader {
    private final ByteBuffer in;

    public WireReader(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    public WireReader(ByteBuffer in) {
        this.in = in;
    }

    private <T> T read(Function<ByteBuffer, T> one) {
        try {
            return one.apply(in);
        } catch (BufferUnderflowException e) {
            throw new WireException("message ends too early at byte " + in.position());
        }
    }

    public int u8() {
        return read(ByteBuffer::get) & 0xff;
    }

    public int i32() {
        return read(ByteBuffer::getInt);
    }

    public long i64() {
        return read(ByteBuffer::getLong);
    }

    public boolean bool() {
        int value = u8();
        if (value > 1) {
            throw new WireException("flag byte is " + value);
        }
        return value == 1;
    }

    private int count(int each) {
        int count = i32();
        if (count < 0 || (long) count * each > in.remaining()) {
            throw new WireException("length " + count + " is beyond the message");
        }
        return count;
    }

    public Bytes bytes() {
        byte[] value = new byte[count(1)];
        in.get(value);
        return Bytes.wrap(value);
    }

    public String text() {
        return bytes().toUtf8();
    }

    public <T> List<T> list(Function<WireReader, T> each) {
        int count = count(1);
        List<T> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(each.apply(this));
        }
        return values;
    }

    public <T> Optional<T> optional(Function<WireReader, T> each) {
        return bool() ? Optional.of(each.apply(this)) : Optional.empty();
    }

    public int remaining() {
        return in.remaining();
    }

    public int position() {
        return in.position();
    }

    /// Refuses bytes after the end of a message.
    public void end() {
        if (in.hasRemaining()) {
            throw new WireException(in.remaining() + " bytes after the end of the message");
        }
    }
}
