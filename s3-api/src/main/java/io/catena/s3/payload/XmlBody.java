package io.catena.s3.payload;

import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.xml.XmlNode;
import io.catena.s3.xml.XmlReader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Optional;
import java.util.Set;

/// Reads a body that is an XML document: bounded, verified like any other body, parsed on a worker.
public final class XmlBody {
    private static final int DOCUMENT_BYTES_MAX = 2 * 1024 * 1024;
    private static final XmlReader READER = new XmlReader();

    private XmlBody() {}

    /// The root element; empty when the body is.
    ///
    /// @return fails with MALFORMED_XML, also for a document that is too long, and what
    ///     [RequestBody#verified] throws
    public static Future<Optional<XmlNode>> read(SignedRequest signed) {
        return read(RequestBody.open(signed, Set.of()));
    }

    /// As [#read(SignedRequest)], of a body already opened.
    public static Future<Optional<XmlNode>> read(RequestBody body) {
        if (body.lengthBytes() > DOCUMENT_BYTES_MAX) {
            return Future.failedFuture(
                    S3Error.MALFORMED_XML.exception("The document is too long."));
        }
        return collect(body.stream(), (int) body.lengthBytes()).compose(document -> {
            body.verified();
            return document.length() == 0 ? Future.succeededFuture(Optional.empty())
                    : Vertx.currentContext().executeBlocking(
                            () -> Optional.of(READER.read(document.getBytes())), false);
        });
    }

    private static Future<Buffer> collect(ReadStream<Buffer> stream, int lengthBytes) {
        Promise<Buffer> whole = Promise.promise();
        Buffer document = Buffer.buffer(lengthBytes);
        stream.handler(document::appendBuffer);
        stream.exceptionHandler(whole::tryFail);
        stream.endHandler(_ -> whole.tryComplete(document));
        stream.resume();
        return whole.future();
    }
}
