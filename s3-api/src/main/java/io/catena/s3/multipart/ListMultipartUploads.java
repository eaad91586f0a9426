package io.catena.s3.multipart;

import io.catena.client.object.ObjectStorage;
import io.catena.client.object.Upload;
import io.catena.client.object.UploadListing;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.bucket.ListedText;
import io.catena.s3.bucket.Owner;
import io.catena.s3.http.Query;
import io.catena.s3.http.Reply;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;

/// S3 API reference: ListMultipartUploads.
public final class ListMultipartUploads {
    private static final int UPLOADS_MAX = 1_000;
    private static final String ROOT = "ListMultipartUploadsResult";

    private final ObjectStorage storage;

    public ListMultipartUploads(ObjectStorage storage) {
        this.storage = storage;
    }

    /// What was asked for.
    private record Page(
            BucketRecord bucket, ListedText text, Bytes prefix, Bytes delimiter, Bytes keyMarker,
            String uploadIdMarker, int most, Owner owner) {}

    public Future<Void> handle(SignedRequest signed) {
        Query query = signed.request().query();
        Bytes keyMarker = bytes(query, "key-marker");
        BucketRecord bucket = Buckets.of(storage, signed);
        Page page = new Page(
                bucket,
                ListedText.asked(query),
                bytes(query, "prefix"),
                bytes(query, "delimiter"),
                keyMarker,
                // Without a key the marker means nothing.
                keyMarker.isEmpty() ? "" : query.get("upload-id-marker").orElse(""),
                Math.min(UPLOADS_MAX, query.number("max-uploads").orElse(UPLOADS_MAX)),
                Owner.of(storage, bucket.ownerId()));
        return storage.listUploads(page.bucket, page.prefix, page.delimiter, page.keyMarker,
                        page.uploadIdMarker, page.most)
                .compose(listing -> Reply.xml(signed.request(), document(page, listing)));
    }

    private static XmlWriter document(Page page, UploadListing listing) {
        XmlWriter out = XmlWriter.document(ROOT)
                .element("Bucket", page.bucket.name())
                .element("KeyMarker", page.text.of(page.keyMarker))
                .element("UploadIdMarker", page.uploadIdMarker);
        if (listing.truncated()) {
            next(out, page, listing);
        }
        out.element("Prefix", page.text.of(page.prefix));
        if (!page.delimiter.isEmpty()) {
            out.element("Delimiter", page.text.of(page.delimiter));
        }
        if (page.text.url()) {
            out.element("EncodingType", "url");
        }
        out.element("MaxUploads", page.most).element("IsTruncated", listing.truncated());
        listing.uploads().forEach(upload -> write(out, page, upload));
        listing.commonPrefixes().forEach(prefix -> out.open("CommonPrefixes")
                .element("Prefix", page.text.of(prefix)).close("CommonPrefixes"));
        return out.close(ROOT);
    }

    /// The page ends at its last upload or common prefix, whichever is greater.
    private static void next(XmlWriter out, Page page, UploadListing listing) {
        Bytes lastKey = listing.uploads().isEmpty()
                ? Bytes.EMPTY : listing.uploads().getLast().key();
        Bytes lastPrefix = listing.commonPrefixes().isEmpty()
                ? Bytes.EMPTY : listing.commonPrefixes().getLast();
        boolean endsWithUpload = lastKey.compareTo(lastPrefix) > 0;
        out.element("NextKeyMarker", page.text.of(endsWithUpload ? lastKey : lastPrefix))
                .element("NextUploadIdMarker",
                        endsWithUpload ? listing.uploads().getLast().uploadId() : "");
    }

    private static void write(XmlWriter out, Page page, Upload upload) {
        out.open("Upload")
                .element("Key", page.text.of(upload.key()))
                .element("UploadId", upload.uploadId());
        page.owner.write(out, "Initiator");
        page.owner.write(out, "Owner").element("StorageClass", "STANDARD")
                .element("Initiated", Reply.xmlDate(upload.initiatedMillis()));
        if (!upload.checksumAlgorithm().isEmpty()) {
            out.element("ChecksumAlgorithm", upload.checksumAlgorithm())
                    .element("ChecksumType", upload.checksumType());
        }
        out.close("Upload");
    }

    private static Bytes bytes(Query query, String name) {
        return query.get(name).map(Bytes::utf8).orElse(Bytes.EMPTY);
    }
}
