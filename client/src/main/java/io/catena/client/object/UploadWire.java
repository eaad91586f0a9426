package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.wire.WireException;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;
import java.util.Optional;

/// The record of an upload under way.
///
/// ```
/// format u8 (1) · key bytes · upload id text · initiated millis i64 · checksum algorithm text
/// · checksum type text · headers · user metadata: each a list of name text · value text
/// ```
final class UploadWire {
    private static final int FORMAT = 1;

    private UploadWire() {}

    static Bytes encode(Upload upload) {
        WireWriter out = new WireWriter(256).u8(FORMAT).bytes(upload.key())
                .text(upload.uploadId()).i64(upload.initiatedMillis())
                .text(upload.checksumAlgorithm()).text(upload.checksumType());
        Manifest.names(out, upload.attributes().headers());
        Manifest.names(out, upload.attributes().userMetadata());
        return out.toBytes();
    }

    static Upload decode(Bytes value) {
        WireReader in = new WireReader(value.unsafeArray());
        int format = in.u8();
        if (format != FORMAT) {
            throw new WireException("unknown format of an upload " + format);
        }
        Bytes key = in.bytes();
        String uploadId = in.text();
        long initiatedMillis = in.i64();
        String algorithm = in.text();
        String type = in.text();
        ObjectAttributes attributes = new ObjectAttributes(
                "", Manifest.names(in), Manifest.names(in), Optional.empty());
        in.end();
        return new Upload(key, uploadId, initiatedMillis, attributes, algorithm, type);
    }
}
