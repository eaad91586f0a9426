package io.catena.s3.multipart;

import io.catena.client.object.Checksum;
import io.catena.client.object.ObjectAttributes;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.ObjectStorage.PartChoice;
import io.catena.client.object.PutCondition;
import io.catena.client.object.StoredObject;
import io.catena.client.object.Upload;
import io.catena.client.object.UploadPart;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.object.ObjectHeaders;
import io.catena.s3.object.WriteConditions;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.payload.ClaimedChecksum;
import io.catena.s3.payload.RequestBody;
import io.catena.s3.payload.XmlBody;
import io.catena.s3.xml.XmlNode;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// S3 API reference: CompleteMultipartUpload. Whoever repeats a completion that had succeeded,
/// because the answer was lost, gets the same answer again; storage knows.
public final class CompleteMultipartUpload {
    /// Of every part but the last (S3 user guide, "Amazon S3 multipart upload limits").
    private static final long PART_BYTES_MIN = 5L * 1024 * 1024;

    private final ObjectStorage storage;

    public CompleteMultipartUpload(ObjectStorage storage) {
        this.storage = storage;
    }

    /// A part as named by the client.
    ///
    /// @param checksums the Checksum* elements
    private record Named(PartChoice choice, List<XmlNode> checksums) {}

    /// What the client claims of the whole.
    private record Claims(Optional<ClaimedChecksum> checksum, Optional<Long> sizeBytes) {}

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, signed);
        PutCondition condition = WriteConditions.of(request);
        Claims claims = new Claims(
                ClaimedChecksum.ofObject(request),
                request.headerWithText("x-amz-mp-object-size")
                        .map(CompleteMultipartUpload::number));
        return XmlBody.read(RequestBody.openDocument(signed)).compose(document -> {
            List<Named> named = named(document.orElseThrow(S3Error.MALFORMED_XML::exception));
            return storage.findUpload(bucket, request.key(), Uploads.id(request))
                    .compose(upload -> storage.completeUpload(
                            bucket,
                            upload.orElseGet(() -> ended(request)),
                            named.stream().map(Named::choice).toList(),
                            parts -> attributes(
                                    upload.orElseThrow(S3Error.NO_SUCH_UPLOAD::exception),
                                    named, parts, claims),
                            condition));
        }).compose(object -> reply(request, object));
    }

    /// An upload that is not under way: completed before, or never there.
    private static Upload ended(S3Request request) {
        return new Upload(request.key(), Uploads.id(request), 0,
                new ObjectAttributes("", new TreeMap<>(), new TreeMap<>(), Optional.empty()),
                "", "");
    }

    private static List<Named> named(XmlNode document) {
        List<XmlNode> parts = document.children("Part");
        if (!document.name().equals("CompleteMultipartUpload") || parts.isEmpty()
                || parts.size() > Uploads.PARTS_MAX) {
            throw S3Error.MALFORMED_XML.exception();
        }
        List<Named> named = new ArrayList<>();
        for (XmlNode each : parts) {
            Named next = part(each);
            int last = named.isEmpty() ? 0 : named.getLast().choice.number();
            if (next.choice.number() < last) {
                throw S3Error.INVALID_PART_ORDER.exception();
            }
            if (next.choice.number() == last) {
                // A client that uploaded a part twice may name both: the later one counts.
                named.removeLast();
            }
            named.add(next);
        }
        return named;
    }

    private static Named part(XmlNode part) {
        String number = part.textOf("PartNumber").map(String::strip).orElse("");
        String etag = part.textOf("ETag").map(String::strip).orElse("");
        if (!number.matches("[0-9]{1,9}") || etag.isEmpty()) {
            throw S3Error.MALFORMED_XML.exception();
        }
        List<XmlNode> checksums = part.children().stream()
                .filter(child -> child.name().startsWith("Checksum")).toList();
        return new Named(
                new PartChoice(Integer.parseInt(number), etag.replace("\"", "")), checksums);
    }

    private static ObjectAttributes attributes(
            Upload upload, List<Named> named, List<UploadPart> parts, Claims claims) {
        for (int i = 0; i < parts.size(); i++) {
            checkPart(named.get(i), parts.get(i));
            if (i < parts.size() - 1 && parts.get(i).sizeBytes() < PART_BYTES_MIN) {
                throw S3Error.ENTITY_TOO_SMALL.exception();
            }
        }
        long sizeBytes = parts.stream().mapToLong(UploadPart::sizeBytes).sum();
        if (claims.sizeBytes.isPresent() && claims.sizeBytes.get() != sizeBytes) {
            throw S3Error.INVALID_REQUEST.exception("The provided x-amz-mp-object-size header does "
                    + "not match what was computed.");
        }
        Optional<Checksum> checksum = PartsChecksum.of(upload, parts);
        claims.checksum.ifPresent(claimed -> checkWhole(claimed, checksum));
        return new ObjectAttributes(PartsChecksum.etag(parts), upload.attributes().headers(),
                upload.attributes().userMetadata(), checksum);
    }

    private static void checkPart(Named named, UploadPart part) {
        for (XmlNode claimed : named.checksums) {
            boolean same = part.checksum()
                    .filter(checksum -> claimed.name().equals("Checksum" + checksum.algorithm()))
                    .map(checksum -> checksum.base64().equals(claimed.text().strip()))
                    .orElse(true);
            if (!same) {
                throw S3Error.INVALID_PART.exception();
            }
        }
    }

    private static void checkWhole(ClaimedChecksum claimed, Optional<Checksum> actual) {
        boolean comparable = actual.isPresent()
                && actual.get().algorithm().equals(claimed.algorithm().name());
        if (!comparable) {
            throw S3Error.INVALID_REQUEST.exception(
                    "The upload was created with another checksum algorithm.");
        }
        String value = claimed.value().orElseThrow();
        if (!actual.get().base64().equals(value)
                && !actual.get().base64().startsWith(value + "-")) {
            throw S3Error.BAD_DIGEST.exception("The " + claimed.algorithm().name()
                    + " you specified did not match the calculated checksum.");
        }
    }

    private static long number(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw S3Error.INVALID_REQUEST.exception("x-amz-mp-object-size is no number.");
        }
        return Long.parseLong(text);
    }

    private static Future<Void> reply(S3Request request, StoredObject object) {
        XmlWriter out = XmlWriter.document("CompleteMultipartUploadResult")
                .element("Location", Reply.location(request, request.key()))
                .element("Bucket", request.bucket())
                .element("Key", request.key().toUtf8())
                .element("ETag", '"' + object.attributes().etag() + '"');
        object.checksum().ifPresent(checksum -> {
            out.element(ChecksumAlgorithm.of(checksum.algorithm()).xmlName(), checksum.base64());
            out.element("ChecksumType", ObjectHeaders.type(checksum));
        });
        ObjectHeaders.writeVersion(request.http().response(), object);
        return Reply.xml(request, out.close("CompleteMultipartUploadResult"));
    }
}
