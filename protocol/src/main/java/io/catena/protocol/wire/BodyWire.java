package io.catena.protocol.wire;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import java.util.List;

/// Body messages as bytes, each a head; a chunk's bytes follow behind it in the same frame.
///
/// ```
/// message  id u8 (1 stage, 2 discard, 3 read) · chain i32 · body id · fields in the record's order
/// reply    id u8 (1 staged, 2 content, 3 absent, 4 damaged, 5 busy, 6 no space, 7 invalid) ·
/// fields
/// ```
public final class BodyWire {
    private BodyWire() {}

    public static byte[] encode(BodyMessage message) {
        WireWriter out = new WireWriter();
        switch (message) {
            case BodyMessage.Stage m -> address(out.u8(1), m).i32(m.bodyLengthBytes())
                    .i32(m.offsetBytes()).list(m.pageCrcs(), WireWriter::i32);
            case BodyMessage.Discard m -> address(out.u8(2), m);
            case BodyMessage.Read m ->
                    address(out.u8(3), m).i32(m.offsetBytes()).i32(m.lengthBytes());
        }
        return out.toArray();
    }

    private static WireWriter address(WireWriter out, BodyMessage message) {
        out.i32(message.chain().value());
        ChainWire.bodyId(out, message.id());
        return out;
    }

    /// Reads the head; what `in` has left are the chunk's bytes.
    public static BodyMessage message(WireReader in) {
        int id = in.u8();
        ChainId chain = new ChainId(in.i32());
        BodyId body = ChainWire.bodyId(in);
        return switch (id) {
            case 1 -> stage(chain, body, in);
            case 2 -> new BodyMessage.Discard(chain, body);
            case 3 -> read(chain, body, in);
            default -> throw new WireException("unknown body message " + id);
        };
    }

    private static BodyMessage stage(ChainId chain, BodyId body, WireReader in) {
        int lengthBytes = in.i32();
        int offsetBytes = in.i32();
        List<Integer> crcs = in.list(WireReader::i32);
        bounds(lengthBytes, offsetBytes, in.remaining());
        if (crcs.size() != BodyRef.pages(in.remaining())) {
            throw new WireException(crcs.size() + " checksums for " + in.remaining() + " bytes");
        }
        return new BodyMessage.Stage(chain, body, lengthBytes, offsetBytes, crcs);
    }

    private static BodyMessage read(ChainId chain, BodyId body, WireReader in) {
        int offsetBytes = in.i32();
        int lengthBytes = in.i32();
        bounds(BodyRef.LENGTH_BYTES_MAX, offsetBytes, lengthBytes);
        return new BodyMessage.Read(chain, body, offsetBytes, lengthBytes);
    }

    private static void bounds(int bodyLengthBytes, int offsetBytes, int chunkBytes) {
        boolean holds = bodyLengthBytes > 0 && bodyLengthBytes <= BodyRef.LENGTH_BYTES_MAX
                && offsetBytes >= 0 && offsetBytes % BodyRef.PAGE_BYTES == 0
                && chunkBytes > 0 && chunkBytes <= BodyMessage.CHUNK_BYTES_MAX
                && offsetBytes <= bodyLengthBytes - chunkBytes;
        if (!holds) {
            throw new WireException("chunk of %d bytes at %d of a body of %d bytes"
                    .formatted(chunkBytes, offsetBytes, bodyLengthBytes));
        }
    }

    public static byte[] encode(BodyReply reply) {
        WireWriter out = new WireWriter();
        switch (reply) {
            case BodyReply.Staged _ -> out.u8(1);
            case BodyReply.Content r -> out.u8(2).list(r.pageCrcs(), WireWriter::i32);
            case BodyReply.Absent _ -> out.u8(3);
            case BodyReply.Damaged _ -> out.u8(4);
            case BodyReply.Busy _ -> out.u8(5);
            case BodyReply.NoSpace _ -> out.u8(6);
            case BodyReply.Invalid r -> out.u8(7).text(r.reason());
        }
        return out.toArray();
    }

    /// Reads the head; what `in` has left are the content's bytes.
    public static BodyReply reply(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> new BodyReply.Staged();
            case 2 -> new BodyReply.Content(in.list(WireReader::i32));
            case 3 -> new BodyReply.Absent();
            case 4 -> new BodyReply.Damaged();
            case 5 -> new BodyReply.Busy();
            case 6 -> new BodyReply.NoSpace();
            case 7 -> new BodyReply.Invalid(in.text());
            default -> throw new WireException("unknown body reply " + id);
        };
    }
}
