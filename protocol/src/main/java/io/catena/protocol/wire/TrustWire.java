package io.catena.protocol.wire;

import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.cluster.SharedSetting;
import io.catena.protocol.message.JoinReply;
import io.catena.protocol.message.JoinRequest;
import io.catena.protocol.message.TrustMessage;
import io.catena.protocol.message.TrustReply;
import java.util.Base64;
import java.util.function.Function;
import java.util.function.Supplier;

/// Joining and certificates as bytes. Ids are stable, as in [ChainWire].
///
/// ```
/// join request     secret · certificate request · list of name
/// message, reply   id u8 · fields in the record's order
/// token            "catena-join-", then in base64 for URLs: format u8 = 1 · cluster id
///                  · expires i64 · authority digest · secret · list of address
/// address          node i32 · host · port i32
/// ```
public final class TrustWire {
    /// Frame kind of a [JoinRequest], answered with a [JoinReply]: the only one that a peer without
    /// a certificate may send.
    public static final int JOIN_KIND = 0x30;
    private static final int TOKEN_FORMAT = 1;
    private static final String TOKEN_PREFIX = "catena-join-";
    private static final int TOKEN_LETTERS_MAX = 4_096;

    private TrustWire() {}

    public static byte[] encode(JoinRequest request) {
        return new WireWriter().bytes(request.secret()).bytes(request.certificateRequest())
                .list(request.names(), WireWriter::text).toArray();
    }

    public static JoinRequest decodeRequest(byte[] bytes) {
        return whole(bytes, in -> new JoinRequest(
                in.bytes(), in.bytes(), in.list(WireReader::text)));
    }

    public static byte[] encode(JoinReply reply) {
        WireWriter out = new WireWriter();
        switch (reply) {
            case JoinReply.Joined r -> {
                ClusterWire.nodeId(out.u8(1), r.server());
                out.text(r.certificatePem()).list(r.masters(), TrustWire::address)
                        .list(r.settings(), TrustWire::setting);
            }
            case JoinReply.NotHere r -> out.u8(2).list(r.masters(), TrustWire::address);
            case JoinReply.Refused r -> out.u8(3).text(r.reason());
            case JoinReply.Unavailable r -> out.u8(4).text(r.reason());
        }
        return out.toArray();
    }

    public static JoinReply decodeJoinReply(byte[] bytes) {
        return whole(bytes, in -> {
            int id = in.u8();
            return switch (id) {
                case 1 -> new JoinReply.Joined(ClusterWire.nodeId(in), in.text(),
                        in.list(TrustWire::address), in.list(TrustWire::setting));
                case 2 -> new JoinReply.NotHere(in.list(TrustWire::address));
                case 3 -> new JoinReply.Refused(in.text());
                case 4 -> new JoinReply.Unavailable(in.text());
                default -> throw new WireException("unknown answer to a join " + id);
            };
        });
    }

    static void message(WireWriter out, TrustMessage message) {
        switch (message) {
            case TrustMessage.CreateJoinToken m -> out.u8(1).i64(m.ttlMillis());
            case TrustMessage.RenewCertificate m -> out.u8(2).bytes(m.certificateRequest())
                    .list(m.names(), WireWriter::text);
            case TrustMessage.RemoveServer m -> out.u8(3).i32(m.server());
        }
    }

    static TrustMessage message(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> new TrustMessage.CreateJoinToken(in.i64());
            case 2 -> checked(() -> new TrustMessage.RenewCertificate(
                    in.bytes(), in.list(WireReader::text)));
            case 3 -> new TrustMessage.RemoveServer(in.i32());
            default -> throw new WireException("unknown message of trust " + id);
        };
    }

    static void reply(WireWriter out, TrustReply reply) {
        switch (reply) {
            case TrustReply.TokenMade r -> token(out.u8(1), r.token());
            case TrustReply.Certified r -> out.u8(2).text(r.certificatePem());
            case TrustReply.Done _ -> out.u8(3);
            case TrustReply.Refused r -> out.u8(4).text(r.reason());
        }
    }

    static TrustReply reply(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> new TrustReply.TokenMade(token(in));
            case 2 -> new TrustReply.Certified(in.text());
            case 3 -> new TrustReply.Done();
            case 4 -> new TrustReply.Refused(in.text());
            default -> throw new WireException("unknown answer of trust " + id);
        };
    }

    static byte[] encode(JoinToken token) {
        WireWriter out = new WireWriter();
        token(out, token);
        return out.toArray();
    }

    /// The one line that stands in a token file.
    public static String toText(JoinToken token) {
        return TOKEN_PREFIX + Base64.getUrlEncoder().withoutPadding()
                .encodeToString(encode(token));
    }

    /// Reads what [#toText] wrote.
    ///
    /// @throws WireException when it is something else
    public static JoinToken tokenOfText(String text) {
        String line = text.strip();
        if (!line.startsWith(TOKEN_PREFIX) || line.length() > TOKEN_LETTERS_MAX) {
            throw new WireException("this is no join token: it does not start with "
                    + TOKEN_PREFIX);
        }
        return checked(() -> whole(
                Base64.getUrlDecoder().decode(line.substring(TOKEN_PREFIX.length())),
                TrustWire::token));
    }

    private static void token(WireWriter out, JoinToken token) {
        out.u8(TOKEN_FORMAT).text(token.clusterId()).i64(token.expiresMillis())
                .bytes(token.authorityDigest()).bytes(token.secret())
                .list(token.addresses(), TrustWire::address);
    }

    private static JoinToken token(WireReader in) {
        int format = in.u8();
        if (format != TOKEN_FORMAT) {
            throw new WireException("join token of format " + format);
        }
        return new JoinToken(in.text(), in.i64(), in.bytes(), in.bytes(),
                in.list(TrustWire::address));
    }

    private static void address(WireWriter out, MasterAddress address) {
        ClusterWire.nodeId(out, address.node());
        out.text(address.host()).i32(address.port());
    }

    private static MasterAddress address(WireReader in) {
        return new MasterAddress(ClusterWire.nodeId(in), in.text(), in.i32());
    }

    private static void setting(WireWriter out, SharedSetting setting) {
        out.text(setting.key()).text(setting.value());
    }

    private static SharedSetting setting(WireReader in) {
        return new SharedSetting(in.text(), in.text());
    }

    private static <T> T whole(byte[] bytes, Function<WireReader, T> each) {
        WireReader in = new WireReader(bytes);
        T value = checked(() -> each.apply(in));
        in.end();
        return value;
    }

    /// What a record refuses is no message.
    private static <T> T checked(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new WireException(e.getMessage());
        }
    }
}
