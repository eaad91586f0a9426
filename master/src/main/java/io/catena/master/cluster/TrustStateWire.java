package io.catena.master.cluster;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.wire.WireException;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// [Trust], its commands and their results, as bytes inside those of [StateWire].
///
/// ```
/// command, result  id u8 · fields in the record's order
/// authority        certificate · sealed key
/// trust            optional authority · list of i32 servers · i32 last · list of i32 removed
///                  · list of: hash · expires i64 · optional (key hash · server i32)
/// ```
final class TrustStateWire {
    private TrustStateWire() {}

    static void command(WireWriter out, TrustCommand command) {
        switch (command) {
            case TrustCommand.Found c -> {
                authority(out.u8(1), c.authority());
                out.list(c.servers(), WireWriter::i32);
            }
            case TrustCommand.AddToken c ->
                    out.u8(2).bytes(c.hash()).i64(c.expiresMillis()).i64(c.atMillis());
            case TrustCommand.UseToken c ->
                    out.u8(3).bytes(c.hash()).bytes(c.keyHash()).i64(c.atMillis());
            case TrustCommand.RemoveServer c -> out.u8(4).i32(c.server());
        }
    }

    static TrustCommand command(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> new TrustCommand.Found(authority(in), in.list(WireReader::i32));
            case 2 -> new TrustCommand.AddToken(in.bytes(), in.i64(), in.i64());
            case 3 -> new TrustCommand.UseToken(in.bytes(), in.bytes(), in.i64());
            case 4 -> new TrustCommand.RemoveServer(in.i32());
            default -> throw new WireException("unknown command of trust " + id);
        };
    }

    static void result(WireWriter out, TrustResult result) {
        switch (result) {
            case TrustResult.Done _ -> out.u8(1);
            case TrustResult.Joined r -> out.u8(2).i32(r.server());
            case TrustResult.BadToken r -> out.u8(3).u8(switch (r.fault()) {
                case UNKNOWN -> 1;
                case EXPIRED -> 2;
                case USED -> 3;
            });
            case TrustResult.Refused r -> out.u8(4).text(r.reason());
        }
    }

    static TrustResult result(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> new TrustResult.Done();
            case 2 -> new TrustResult.Joined(in.i32());
            case 3 -> new TrustResult.BadToken(fault(in.u8()));
            case 4 -> new TrustResult.Refused(in.text());
            default -> throw new WireException("unknown result of trust " + id);
        };
    }

    private static TrustResult.Fault fault(int id) {
        return switch (id) {
            case 1 -> TrustResult.Fault.UNKNOWN;
            case 2 -> TrustResult.Fault.EXPIRED;
            case 3 -> TrustResult.Fault.USED;
            default -> throw new WireException("fault of a token " + id);
        };
    }

    static void trust(WireWriter out, Trust trust) {
        out.optional(trust.authority(), TrustStateWire::authority)
                .list(List.copyOf(trust.servers()), WireWriter::i32).i32(trust.serverLast())
                .list(List.copyOf(trust.removed()), WireWriter::i32)
                .list(List.copyOf(trust.tokens().entrySet()), (to, entry) ->
                        token(to.bytes(entry.getKey()), entry.getValue()));
    }

    static Trust trust(WireReader in) {
        return new Trust(in.optional(TrustStateWire::authority),
                new TreeSet<>(in.list(WireReader::i32)), in.i32(),
                new TreeSet<>(in.list(WireReader::i32)), tokens(in));
    }

    private static SortedMap<Bytes, Trust.Token> tokens(WireReader in) {
        SortedMap<Bytes, Trust.Token> tokens = new TreeMap<>();
        in.list(from -> tokens.put(from.bytes(), token(from)));
        return tokens;
    }

    private static void token(WireWriter out, Trust.Token token) {
        out.i64(token.expiresMillis()).optional(token.use(), (to, use) ->
                to.bytes(use.keyHash()).i32(use.server()));
    }

    private static Trust.Token token(WireReader in) {
        return new Trust.Token(in.i64(), in.<Trust.Use>optional(
                from -> new Trust.Use(from.bytes(), from.i32())));
    }

    private static void authority(WireWriter out, SealedAuthority authority) {
        out.text(authority.certificatePem()).bytes(authority.sealedKey());
    }

    private static SealedAuthority authority(WireReader in) {
        return new SealedAuthority(in.text(), in.bytes());
    }
}
