package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Version;
import io.catena.protocol.wire.WireException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// What the index holds of a key.
///
/// ```
/// live        1 u8 · epoch i64 · seq i64 · flags u8 (1 holds references, 2 has a body,
///             4 has a charge)
///             · if it has a body: body id i64 i64 · length i32 · crc32c i32
///             · if it has a charge: scope i64 · objects u8 · versions u8 · bytes i64
///             · tag length u16 · tag · value, to the end
/// tombstone   2 u8 · epoch i64 · seq i64
/// ```
sealed interface IndexRecord {
    int LIVE = 1;
    int TOMBSTONE = 2;
    int HOLDS_REFERENCES = 1;
    int HAS_BODY = 2;
    int HAS_CHARGE = 4;

    Position position();

    /// The key holds a version.
    record Live(Version version) implements IndexRecord {
        @Override
        public Position position() {
            return version.position();
        }
    }

    /// The key was deleted at this position; kept only while a copy into the index runs.
    record Tombstone(Position position) implements IndexRecord {}

    /// What readers see.
    default Optional<Version> visible() {
        return switch (this) {
            case Live live -> Optional.of(live.version());
            case Tombstone _ -> Optional.empty();
        };
    }

    default Optional<BodyRef> body() {
        return visible().flatMap(Version::body);
    }

    default Optional<Charge> charge() {
        return visible().flatMap(Version::charge);
    }

    default byte[] encode() {
        return switch (this) {
            case Live live -> encode(live.version());
            case Tombstone dead ->
                    header(ByteBuffer.allocate(17), TOMBSTONE, dead.position()).array();
        };
    }

    private static ByteBuffer header(ByteBuffer out, int kind, Position position) {
        return out.put((byte) kind).putLong(position.epoch().value()).putLong(position.seq());
    }

    private static byte[] encode(Version version) {
        int bodyBytes = version.body().isPresent() ? 24 : 0;
        int chargeBytes = version.charge().isPresent() ? 18 : 0;
        ByteBuffer out = ByteBuffer.allocate(20 + bodyBytes + chargeBytes
                + version.tag().length() + version.value().length());
        header(out, LIVE, version.position());
        out.put((byte) ((version.holdsReferences() ? HOLDS_REFERENCES : 0)
                | (version.body().isPresent() ? HAS_BODY : 0)
                | (version.charge().isPresent() ? HAS_CHARGE : 0)));
        version.body().ifPresent(body -> out.putLong(body.id().high()).putLong(body.id().low())
                .putInt(body.lengthBytes()).putInt(body.crc32c()));
        version.charge().ifPresent(charge -> out.putLong(charge.scope())
                .put((byte) charge.objects()).put((byte) charge.versions())
                .putLong(charge.bytes()));
        out.putShort((short) version.tag().length()).put(version.tag().unsafeArray());
        return out.put(version.value().unsafeArray()).array();
    }

    static IndexRecord decode(ByteBuffer view) {
        return decode(view, Integer.MAX_VALUE);
    }

    /// Reads a record where it lies, with at most `valueBytesMax` of its value.
    static IndexRecord decode(ByteBuffer view, int valueBytesMax) {
        ByteBuffer in = view.duplicate();
        try {
            int kind = in.get();
            Position position = new Position(new Epoch(in.getLong()), in.getLong());
            return switch (kind) {
                case LIVE -> live(in, position, valueBytesMax);
                case TOMBSTONE -> new Tombstone(position);
                default -> throw new WireException("unknown kind of index record " + kind);
            };
        } catch (BufferUnderflowException e) {
            throw new WireException("an index record ends too early");
        }
    }

    private static Live live(ByteBuffer in, Position position, int valueBytesMax) {
        int flags = in.get();
        Optional<BodyRef> body = (flags & HAS_BODY) == 0 ? Optional.empty()
                : Optional.of(new BodyRef(
                        new BodyId(in.getLong(), in.getLong()), in.getInt(), in.getInt()));
        Optional<Charge> charge =
                (flags & HAS_CHARGE) == 0 ? Optional.empty() : Optional.of(charge(in));
        Bytes tag = take(in, in.getShort() & 0xffff);
        Bytes value = take(in, Math.min(in.remaining(), valueBytesMax));
        return new Live(new Version(
                position, tag, value, body, (flags & HOLDS_REFERENCES) != 0, charge));
    }

    private static Charge charge(ByteBuffer in) {
        try {
            return new Charge(in.getLong(), in.get(), in.get(), in.getLong());
        } catch (IllegalArgumentException e) {
            throw new WireException(e.getMessage());
        }
    }

    private static Bytes take(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return Bytes.wrap(bytes);
    }
}
