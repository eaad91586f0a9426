package io.catena.protocol.wire;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;

/// Client requests and replies as bytes; ids are stable, see [ChainWire].
///
/// ```
/// request     id u8 (1 write, 2 get, 5 scan, 6 get usage; 3 and 4 were a scan without slots and
///             the usage of one scope) · chain i32 · epoch i64 · fields in the record's order
/// scopes      list of: first i64 · last i64
/// condition   id u8 (1 absent, 2 present, 3 tag is, 4 position is, 5 prefix empty) · key ·
///             operand
/// level       1 strong | 2 eventual | 3 bounded: millis i64 · versions i64
/// usage       objects i64 · versions i64 · bytes i64
/// scan entry  1 item: key · version | 2 common prefix: key
/// reply       id u8 · fields in the record's order
/// ```
public final class ClientWire {
    private ClientWire() {}

    public static byte[] encode(ClientMessage message) {
        WireWriter out = new WireWriter();
        switch (message) {
            case ClientMessage.Write m -> {
                address(out.u8(1), m);
                ChainWire.requestId(out, m.requestId());
                out.list(m.conditions(), ClientWire::condition)
                        .list(m.mutations(), ChainWire::mutation);
            }
            case ClientMessage.Get m -> level(address(out.u8(2), m).bytes(m.key()), m.level());
            case ClientMessage.Scan m -> level(range(address(out.u8(5), m), m.range()), m.level());
            case ClientMessage.GetUsage m ->
                    level(scopes(address(out.u8(6), m), m.scopes()), m.level());
        }
        return out.toArray();
    }

    public static ClientMessage decodeMessage(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int id = in.u8();
        ChainId chain = new ChainId(in.i32());
        Epoch epoch = new Epoch(in.i64());
        ClientMessage message = switch (id) {
            case 1 -> new ClientMessage.Write(chain, epoch, ChainWire.requestId(in),
                    in.list(ClientWire::condition), in.list(ChainWire::mutation));
            case 2 -> new ClientMessage.Get(chain, epoch, in.bytes(), level(in));
            case 5 -> new ClientMessage.Scan(chain, epoch, range(in), level(in));
            case 6 -> new ClientMessage.GetUsage(chain, epoch, scopes(in), level(in));
            default -> throw new WireException("unknown client message " + id);
        };
        in.end();
        return message;
    }

    private static WireWriter address(WireWriter out, ClientMessage message) {
        return out.i32(message.chain().value()).i64(message.epoch().value());
    }

    private static void condition(WireWriter out, Condition condition) {
        switch (condition) {
            case Condition.Absent c -> out.u8(1).bytes(c.key());
            case Condition.Present c -> out.u8(2).bytes(c.key());
            case Condition.TagIs c -> out.u8(3).bytes(c.key()).bytes(c.tag());
            case Condition.PositionIs c -> ChainWire.position(out.u8(4).bytes(c.key()),
                    c.position());
            case Condition.PrefixEmpty c -> out.u8(5).bytes(c.key());
        }
    }

    private static Condition condition(WireReader in) {
        int id = in.u8();
        Bytes key = in.bytes();
        return switch (id) {
            case 1 -> new Condition.Absent(key);
            case 2 -> new Condition.Present(key);
            case 3 -> new Condition.TagIs(key, in.bytes());
            case 4 -> new Condition.PositionIs(key, ChainWire.position(in));
            case 5 -> new Condition.PrefixEmpty(key);
            default -> throw new WireException("unknown condition " + id);
        };
    }

    private static void level(WireWriter out, ReadLevel level) {
        switch (level) {
            case ReadLevel.Strong _ -> out.u8(1);
            case ReadLevel.Eventual _ -> out.u8(2);
            case ReadLevel.Bounded bounded -> out.u8(3)
                    .i64(bounded.staleMillisMax()).i64(bounded.staleVersionsMax());
        }
    }

    private static ReadLevel level(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> ReadLevel.STRONG;
            case 2 -> new ReadLevel.Eventual();
            case 3 -> bounded(in);
            default -> throw new WireException("unknown read level " + id);
        };
    }

    private static ReadLevel bounded(WireReader in) {
        try {
            return new ReadLevel.Bounded(in.i64(), in.i64());
        } catch (IllegalArgumentException e) {
            throw new WireException(e.getMessage());
        }
    }

    private static WireWriter range(WireWriter out, ScanRange range) {
        return out.bytes(range.prefix()).bytes(range.from()).bytes(range.delimiter())
                .i32(range.entriesMax()).i32(range.valueBytesMax()).i32(range.pageBytesMax())
                .i64(range.shown().groups()).i32(range.slotKeyFrom());
    }

    private static ScanRange range(WireReader in) {
        try {
            return new ScanRange(
                    in.bytes(), in.bytes(), in.bytes(), in.i32(), in.i32(), in.i32(),
                    new Slots(in.i64()), in.i32());
        } catch (IllegalArgumentException e) {
            throw new WireException(e.getMessage());
        }
    }

    private static WireWriter scopes(WireWriter out, Scopes scopes) {
        return out.list(scopes.ranges(), (to, range) -> to.i64(range.first()).i64(range.last()));
    }

    private static Scopes scopes(WireReader in) {
        try {
            return new Scopes(in.list(each -> new Scopes.Range(each.i64(), each.i64())));
        } catch (IllegalArgumentException e) {
            throw new WireException(e.getMessage());
        }
    }

    private static void entry(WireWriter out, ScanEntry entry) {
        switch (entry) {
            case ScanEntry.Item item -> ChainWire.item(out.u8(1), item);
            case ScanEntry.CommonPrefix prefix -> out.u8(2).bytes(prefix.key());
        }
    }

    private static ScanEntry entry(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> ChainWire.item(in);
            case 2 -> new ScanEntry.CommonPrefix(in.bytes());
            default -> throw new WireException("unknown scan entry " + id);
        };
    }

    public static byte[] encode(ClientReply reply) {
        WireWriter out = new WireWriter();
        switch (reply) {
            case ClientReply.Stored r -> ChainWire.position(out.u8(1), r.position());
            case ClientReply.Refused r -> out.u8(2).i32(r.conditionIndex()).bool(r.present());
            case ClientReply.Found r -> ChainWire.version(out.u8(3), r.version());
            case ClientReply.Missing _ -> out.u8(4);
            case ClientReply.Page r -> out.u8(5).list(r.entries(), ClientWire::entry)
                    .optional(r.next(), WireWriter::bytes);
            case ClientReply.AskAnother r -> out.u8(6).i64(r.epoch().value()).text(r.reason());
            case ClientReply.Busy r -> out.u8(7).text(r.reason());
            case ClientReply.TooFewReplicas r -> out.u8(8).i32(r.members()).i32(r.required());
            case ClientReply.NoSpace _ -> out.u8(9);
            case ClientReply.Unknown r -> out.u8(10).text(r.reason());
            case ClientReply.Invalid r -> out.u8(11).text(r.reason());
            case ClientReply.TooStale r -> out.u8(12).text(r.reason());
            case ClientReply.Used(Usage u) ->
                    out.u8(13).i64(u.objects()).i64(u.versions()).i64(u.bytes());
        }
        return out.toArray();
    }

    public static ClientReply decodeReply(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int id = in.u8();
        ClientReply reply = switch (id) {
            case 1 -> new ClientReply.Stored(ChainWire.position(in));
            case 2 -> new ClientReply.Refused(in.i32(), in.bool());
            case 3 -> new ClientReply.Found(ChainWire.version(in));
            case 4 -> new ClientReply.Missing();
            case 5 -> new ClientReply.Page(
                    in.list(ClientWire::entry), in.optional(WireReader::bytes));
            case 6 -> new ClientReply.AskAnother(new Epoch(in.i64()), in.text());
            case 7 -> new ClientReply.Busy(in.text());
            case 8 -> new ClientReply.TooFewReplicas(in.i32(), in.i32());
            case 9 -> new ClientReply.NoSpace();
            case 10 -> new ClientReply.Unknown(in.text());
            case 11 -> new ClientReply.Invalid(in.text());
            case 12 -> new ClientReply.TooStale(in.text());
            case 13 -> new ClientReply.Used(new Usage(in.i64(), in.i64(), in.i64()));
            default -> throw new WireException("unknown client reply " + id);
        };
        in.end();
        return reply;
    }
}
