package io.catena.s3.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.s3.Mutations;
import io.catena.s3.error.S3Exception;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whatever comes as aws-chunked or as a form, in whatever pieces, it is taken or refused, and no
/// more comes out of it than was announced or went in.
@Timeout(600)
final class FramingFuzzTest {
    private static final String SIGNATURE = "0123456789abcdef".repeat(4);
    private static final String[] CHUNKED = {
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
        "3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\n\r\n",
        "5;chunk-signature=" + SIGNATURE + "\r\nhello\r\n0;chunk-signature=" + SIGNATURE
                + "\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:" + SIGNATURE
                + "\r\n\r\n"};
    private static final String[] FORMS = {
        "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nhello\r\n"
                + "--b--\r\n",
        "--b\r\nContent-Disposition: form-data; name=policy\r\nContent-Type: text/plain\r\n\r\n"
                + "x\r\n--b\r\ncontent-disposition:form-data;name=\"file\"\r\n\r\n\r\n-\r\n--b"};

    /// Counts what comes out.
    private static final class Counter implements Framing.Output {
        private long bytes;

        @Override
        public void data(Buffer data) {
            bytes += data.length();
        }

        @Override
        public void chunkEnd(String signature) {}

        @Override
        public void trailerEnd(String canonicalTrailer, String signature) {}
    }

    @Test
    void shouldTakeOrRefuseChunks() {
        chunks(Mutations.FEW);
    }

    @Test
    @Tag("nightly")
    void shouldTakeOrRefuseChunksMillionsOfTimes() {
        chunks(Mutations.MANY);
    }

    @Test
    void shouldTakeOrRefuseForms() {
        forms(Mutations.FEW);
    }

    @Test
    @Tag("nightly")
    void shouldTakeOrRefuseFormsMillionsOfTimes() {
        forms(Mutations.MANY);
    }

    private static void chunks(int inputs) {
        Mutations bodies = new Mutations(5, CHUNKED);
        int taken = 0;
        for (int i = 0; i < inputs; i++) {
            byte[] body = bodies.next();
            Counter out = new Counter();
            ChunkedFraming framing = new ChunkedFraming(
                    i % 2 == 0, Optional.of("x-amz-checksum-crc32"), 5);
            int cut = bodies.upTo(body.length);
            try {
                framing.accept(Buffer.buffer(body).slice(0, cut), out);
                framing.accept(Buffer.buffer(body).slice(cut, body.length), out);
                framing.end(out);
                taken++;
                assertThat(out.bytes).isEqualTo(5);
            } catch (S3Exception refused) {
                assertThat(refused.error().status()).isLessThan(500);
                assertThat(out.bytes).isLessThanOrEqualTo(5);
            }
        }
        assertThat(taken).isPositive();
    }

    private static void forms(int inputs) {
        Mutations bodies = new Mutations(6, FORMS);
        int taken = 0;
        for (int i = 0; i < inputs; i++) {
            byte[] body = bodies.next();
            Counter out = new Counter();
            FormFraming framing = new FormFraming("b", 1_000);
            int cut = bodies.upTo(body.length);
            try {
                boolean begun = framing.begin(Buffer.buffer(body).slice(0, cut));
                Buffer rest = Buffer.buffer(body).slice(cut, body.length);
                if (begun) {
                    framing.accept(rest, out);
                } else {
                    framing.begin(rest);
                }
                framing.end(out);
                taken++;
            } catch (S3Exception refused) {
                assertThat(refused.error().status()).isLessThan(500);
            }
            assertThat(out.bytes).isLessThanOrEqualTo(body.length);
        }
        assertThat(taken).isPositive();
    }
}
