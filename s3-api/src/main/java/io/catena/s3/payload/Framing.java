package io.catena.s3.payload;

import io.catena.s3.error.S3Error;
import io.vertx.core.buffer.Buffer;

/// How a body lies in the bytes of a request.
sealed interface Framing permits Framing.Plain, ChunkedFraming, FormFraming {
    /// Takes what was received and gives what it means, in order.
    ///
    /// @throws io.catena.s3.error.S3Exception when the framing is broken
    void accept(Buffer received, Output out);

    /// Nothing more will be received.
    ///
    /// @throws io.catena.s3.error.S3Exception INCOMPLETE_BODY when something is missing
    void end(Output out);

    /// Where the meaning goes.
    interface Output {
        void data(Buffer bytes);

        void chunkEnd(String signature);

        void trailerEnd(String canonicalTrailer, String signature);
    }

    /// The body itself.
    final class Plain implements Framing {
        private long bytesLeft;

        Plain(long lengthBytes) {
            bytesLeft = lengthBytes;
        }

        @Override
        public void accept(Buffer received, Output out) {
            bytesLeft -= received.length();
            if (bytesLeft < 0) {
                throw S3Error.INCOMPLETE_BODY.exception("The body is longer than announced.");
            }
            out.data(received);
        }

        @Override
        public void end(Output out) {
            if (bytesLeft != 0) {
                throw S3Error.INCOMPLETE_BODY.exception();
            }
        }
    }
}
