package io.catena.protocol.wire;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.Envelope;
import java.util.Optional;
import java.util.function.Function;

/// The chain's vocabulary and messages as bytes. Ids are stable: a message keeps its number for
/// good, a changed layout gets a new one.
///
/// ```
/// envelope    chain i32 · epoch i64 · from member · to member · message
/// member      node i32 · incarnation i64          position   epoch i64 · seq i64
/// request id  i64 · i64                           body id    i64 · i64
/// body ref    body id · length i32 · crc32c i32
/// charge      scope i64 · objects u8 · versions u8 · bytes i64
/// version     position · tag bytes · value bytes · optional body ref
///             · flags u8 (1 holds references, 2 has a charge) · if it has one: charge
/// mutation    1 put: key · tag · value · optional body ref · holds · releases
///             2 delete: key · releases
///             3 put as 1 · charge
/// update      position · request id · list of mutation
/// message     id u8 · fields in the record's order
/// ```
public final class ChainWire {
    private static final int HOLDS_REFERENCES = 1;
    private static final int HAS_CHARGE = 2;

    private ChainWire() {}

    public static byte[] encode(Envelope envelope) {
        WireWriter out = new WireWriter();
        out.i32(envelope.chain().value()).i64(envelope.epoch().value());
        member(out, envelope.from());
        member(out, envelope.to());
        message(out, envelope.message());
        return out.toArray();
    }

    public static Envelope decodeEnvelope(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        Envelope envelope = new Envelope(
                new ChainId(in.i32()), new Epoch(in.i64()), member(in), member(in), message(in));
        in.end();
        return envelope;
    }

    private static void message(WireWriter out, ChainMessage message) {
        switch (message) {
            case ChainMessage.Hello _ -> out.u8(1);
            case ChainMessage.At m -> position(out.u8(2), m.logEnd()).i64(m.committed());
            case ChainMessage.Append m -> update(out.u8(3), m.update());
            case ChainMessage.DurableThrough m -> out.u8(4).i64(m.seq());
            case ChainMessage.Acknowledge m -> out.u8(5).i64(m.seq());
            case ChainMessage.CommittedQuery m -> out.u8(6).i64(m.query());
            case ChainMessage.CommittedAnswer m -> out.u8(7).i64(m.query()).i64(m.seq());
            case ChainMessage.JoinAt m -> position(out.u8(8), m.applied()).bool(m.exact());
            case ChainMessage.CopyStart m -> position(out.u8(9), m.base()).bool(m.full());
            case ChainMessage.CopyChunk m -> out.u8(10).i64(m.number()).bytes(m.after())
                    .bytes(m.through()).bool(m.last()).i64(m.applied())
                    .list(m.items(), ChainWire::item);
            case ChainMessage.CopyOutcomes m ->
                    out.u8(11).i64(m.number()).list(m.outcomes(), ChainWire::outcome);
            case ChainMessage.CopyStored m -> out.u8(12).i64(m.number());
            case ChainMessage.CommittedThrough m -> out.u8(13).i64(m.seq());
            case ChainMessage.CopyEnd m -> out.u8(14).i64(m.applied());
            case ChainMessage.Whole m -> out.u8(15).i64(m.seq());
            case ChainMessage.Filled m -> out.u8(16).i64(m.seq());
            case ChainMessage.Room m -> out.u8(17).bool(m.room());
        }
    }

    private static ChainMessage message(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> new ChainMessage.Hello();
            case 2 -> new ChainMessage.At(position(in), in.i64());
            case 3 -> new ChainMessage.Append(update(in));
            case 4 -> new ChainMessage.DurableThrough(in.i64());
            case 5 -> new ChainMessage.Acknowledge(in.i64());
            case 6 -> new ChainMessage.CommittedQuery(in.i64());
            case 7 -> new ChainMessage.CommittedAnswer(in.i64(), in.i64());
            case 8 -> new ChainMessage.JoinAt(position(in), in.bool());
            case 9 -> new ChainMessage.CopyStart(position(in), in.bool());
            case 10 -> new ChainMessage.CopyChunk(
                    in.i64(), in.bytes(), in.bytes(), in.bool(), in.i64(),
                            in.list(ChainWire::item));
            case 11 -> new ChainMessage.CopyOutcomes(in.i64(), in.list(ChainWire::outcome));
            case 12 -> new ChainMessage.CopyStored(in.i64());
            case 13 -> new ChainMessage.CommittedThrough(in.i64());
            case 14 -> new ChainMessage.CopyEnd(in.i64());
            case 15 -> new ChainMessage.Whole(in.i64());
            case 16 -> new ChainMessage.Filled(in.i64());
            case 17 -> new ChainMessage.Room(in.bool());
            default -> throw new WireException("unknown chain message " + id);
        };
    }

    public static void member(WireWriter out, Member member) {
        out.i32(member.node().number()).i64(member.incarnation().value());
    }

    public static Member member(WireReader in) {
        return new Member(ClusterWire.nodeId(in), new Incarnation(in.i64()));
    }

    public static WireWriter position(WireWriter out, Position position) {
        return out.i64(position.epoch().value()).i64(position.seq());
    }

    public static Position position(WireReader in) {
        return new Position(new Epoch(in.i64()), in.i64());
    }

    public static void requestId(WireWriter out, RequestId id) {
        out.i64(id.high()).i64(id.low());
    }

    public static RequestId requestId(WireReader in) {
        return new RequestId(in.i64(), in.i64());
    }

    public static void bodyId(WireWriter out, BodyId id) {
        out.i64(id.high()).i64(id.low());
    }

    public static BodyId bodyId(WireReader in) {
        return new BodyId(in.i64(), in.i64());
    }

    public static void bodyRef(WireWriter out, BodyRef ref) {
        bodyId(out, ref.id());
        out.i32(ref.lengthBytes()).i32(ref.crc32c());
    }

    public static BodyRef bodyRef(WireReader in) {
        BodyId id = bodyId(in);
        int lengthBytes = in.i32();
        if (lengthBytes < 1 || lengthBytes > BodyRef.LENGTH_BYTES_MAX) {
            throw new WireException("body of " + lengthBytes + " bytes");
        }
        return new BodyRef(id, lengthBytes, in.i32());
    }

    public static void version(WireWriter out, Version version) {
        position(out, version.position()).bytes(version.tag()).bytes(version.value())
                .optional(version.body(), ChainWire::bodyRef)
                .u8((version.holdsReferences() ? HOLDS_REFERENCES : 0)
                        | (version.charge().isPresent() ? HAS_CHARGE : 0));
        version.charge().ifPresent(charge -> charge(out, charge));
    }

    public static Version version(WireReader in) {
        Position position = position(in);
        Bytes tag = in.bytes();
        Bytes value = in.bytes();
        Optional<BodyRef> body = in.optional(ChainWire::bodyRef);
        int flags = in.u8();
        if ((flags & ~(HOLDS_REFERENCES | HAS_CHARGE)) != 0) {
            throw new WireException("unknown flags of a version " + flags);
        }
        return new Version(position, tag, value, body, (flags & HOLDS_REFERENCES) != 0,
                (flags & HAS_CHARGE) == 0 ? Optional.empty() : Optional.of(charge(in)));
    }

    private static void charge(WireWriter out, Charge charge) {
        out.i64(charge.scope()).u8(charge.objects()).u8(charge.versions()).i64(charge.bytes());
    }

    private static Charge charge(WireReader in) {
        try {
            return new Charge(in.i64(), in.u8(), in.u8(), in.i64());
        } catch (IllegalArgumentException e) {
            throw new WireException(e.getMessage());
        }
    }

    static void mutation(WireWriter out, Mutation mutation) {
        switch (mutation) {
            case Mutation.Put put -> {
                out.u8(put.charge().isPresent() ? 3 : 1)
                        .bytes(put.key()).bytes(put.tag()).bytes(put.value())
                        .optional(put.body(), ChainWire::bodyRef)
                        .bool(put.holdsReferences()).bool(put.releasesReplaced());
                put.charge().ifPresent(charge -> charge(out, charge));
            }
            case Mutation.Delete delete ->
                    out.u8(2).bytes(delete.key()).bool(delete.releasesReplaced());
        }
    }

    static Mutation mutation(WireReader in) {
        int kind = in.u8();
        return switch (kind) {
            case 1 -> put(in, _ -> Optional.empty());
            case 2 -> new Mutation.Delete(in.bytes(), in.bool());
            case 3 -> put(in, rest -> Optional.of(charge(rest)));
            default -> throw new WireException("unknown mutation " + kind);
        };
    }

    private static Mutation.Put put(
            WireReader in, Function<WireReader, Optional<Charge>> charge) {
        return new Mutation.Put(in.bytes(), in.bytes(), in.bytes(),
                in.optional(ChainWire::bodyRef), in.bool(), in.bool(), charge.apply(in));
    }

    public static void update(WireWriter out, Update update) {
        position(out, update.position());
        requestId(out, update.requestId());
        out.list(update.mutations(), ChainWire::mutation);
    }

    public static Update update(WireReader in) {
        Position position = position(in);
        RequestId requestId = requestId(in);
        var mutations = in.list(ChainWire::mutation);
        if (mutations.isEmpty()) {
            throw new WireException("update without mutations");
        }
        return new Update(position, requestId, mutations);
    }

    static void item(WireWriter out, ScanEntry.Item item) {
        version(out.bytes(item.key()), item.version());
    }

    static ScanEntry.Item item(WireReader in) {
        return new ScanEntry.Item(in.bytes(), version(in));
    }

    private static void outcome(WireWriter out, ChainMessage.Outcome outcome) {
        requestId(out, outcome.requestId());
        position(out, outcome.position());
    }

    private static ChainMessage.Outcome outcome(WireReader in) {
        return new ChainMessage.Outcome(requestId(in), position(in));
    }

    public static void configuration(WireWriter out, ChainConfiguration configuration) {
        out.i32(configuration.chain().value()).i64(configuration.epoch().value())
                .list(configuration.members(), ChainWire::member)
                .optional(configuration.joining(), ChainWire::member);
    }

    public static ChainConfiguration configuration(WireReader in) {
        return new ChainConfiguration(new ChainId(in.i32()), new Epoch(in.i64()),
                in.list(ChainWire::member), in.optional(ChainWire::member));
    }
}
