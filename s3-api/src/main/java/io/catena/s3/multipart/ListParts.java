package io.catena.s3.multipart;

import io.catena.client.object.ObjectStorage;
import io.catena.client.object.Upload;
import io.catena.client.object.UploadPart;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.bucket.ListedText;
import io.catena.s3.bucket.Owner;
import io.catena.s3.http.Query;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import java.util.List;

/// S3 API reference: ListParts.
public final class ListParts {
    private static final int PARTS_MAX = 1_000;

    private final ObjectStorage storage;

    public ListParts(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, signed);
        Query query = request.query();
        int marker = query.number("part-number-marker").orElse(0);
        int most = Math.min(PARTS_MAX, query.number("max-parts").orElse(PARTS_MAX));
        ListedText.asked(query);
        return Uploads.find(storage, bucket, request).compose(upload ->
                storage.listParts(bucket, upload, marker, most + 1).compose(parts -> {
                    XmlWriter out = XmlWriter.document("ListPartsResult");
                    begin(out, request, bucket, upload,
                            Owner.of(storage, bucket.ownerId()));
                    out.element("PartNumberMarker", marker);
                    page(out, upload, parts, most);
                    return Reply.xml(request, out.close("ListPartsResult"));
                }));
    }

    private static void begin(
            XmlWriter out, S3Request request, BucketRecord bucket, Upload upload,
            Owner owner) {
        ListedText text = ListedText.asked(request.query());
        out.element("Bucket", bucket.name())
                .element("Key", text.of(request.key()))
                .element("UploadId", upload.uploadId());
        owner.write(out, "Initiator");
        owner.write(out, "Owner").element("StorageClass", "STANDARD");
        if (!upload.checksumAlgorithm().isEmpty()) {
            out.element("ChecksumAlgorithm", upload.checksumAlgorithm())
                    .element("ChecksumType", upload.checksumType());
        }
    }

    private static void page(XmlWriter out, Upload upload, List<UploadPart> parts, int most) {
        List<UploadPart> shown = parts.stream().limit(most).toList();
        out.element("MaxParts", most)
                .element("IsTruncated", parts.size() > most && most > 0);
        if (!shown.isEmpty()) {
            out.element("NextPartNumberMarker", shown.getLast().number());
        }
        shown.forEach(part -> write(out, upload, part));
    }

    private static void write(XmlWriter out, Upload upload, UploadPart part) {
        out.open("Part")
                .element("PartNumber", part.number())
                .element("LastModified", Reply.xmlDate(part.modifiedMillis()))
                .element("ETag", '"' + part.etag() + '"')
                .element("Size", part.sizeBytes());
        part.checksum().filter(_ -> !upload.checksumAlgorithm().isEmpty())
                .ifPresent(checksum -> out.element(
                        ChecksumAlgorithm.of(checksum.algorithm()).xmlName(), checksum.base64()));
        out.close("Part");
    }
}
