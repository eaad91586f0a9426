package io.catena.protocol.wire;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.IndexDigest;
import io.catena.protocol.message.DigestMessage;
import java.util.Optional;

/// Digest messages as bytes.
///
/// ```
/// question  chain i32 · seq i64
/// answer    known bool · if it is: count i64 · high i64 · low i64
/// ```
public final class DigestWire {
    private DigestWire() {}

    public static byte[] encode(DigestMessage.Question question) {
        return new WireWriter(12).i32(question.chain().value()).i64(question.seq()).toArray();
    }

    public static DigestMessage.Question question(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        var question = new DigestMessage.Question(new ChainId(in.i32()), in.i64());
        in.end();
        return question;
    }

    public static byte[] encode(DigestMessage.Answer answer) {
        return new WireWriter(32).optional(answer.digest(), (out, digest) ->
                out.i64(digest.count()).i64(digest.high()).i64(digest.low())).toArray();
    }

    public static DigestMessage.Answer answer(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        var answer = new DigestMessage.Answer(in.bool()
                ? Optional.of(new IndexDigest(in.i64(), in.i64(), in.i64())) : Optional.empty());
        in.end();
        return answer;
    }
}
