package io.catena.s3.bucket;

import io.catena.client.object.Checksum;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.VersionId;
import io.catena.client.object.VersionListing;
import io.catena.client.object.VersionsRequest;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Query;
import io.catena.s3.http.ReadLevelHeaders;
import io.catena.s3.http.Reply;
import io.catena.s3.http.RequestedVersion;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import java.util.Optional;

/// S3 API reference: ListObjectVersions. Versions and delete markers stand in one order, that of
/// their keys and then of their age.
public final class ListObjectVersions {
    private static final int KEYS_MAX = 1_000;
    private static final String ROOT = "ListVersionsResult";

    private final ObjectStorage storage;

    public ListObjectVersions(ObjectStorage storage) {
        this.storage = storage;
    }

    /// What was asked for.
    private record Page(
            BucketRecord bucket, Owner owner, ListedText text, VersionsRequest request) {}

    public Future<Void> handle(SignedRequest signed) {
        Query query = signed.request().query();
        VersionsRequest request = new VersionsRequest(bytes(query, "prefix"),
                bytes(query, "key-marker"), versionMarker(query), bytes(query, "delimiter"),
                Math.min(KEYS_MAX, query.number("max-keys").orElse(KEYS_MAX)));
        BucketRecord bucket = Buckets.ofRead(storage, signed);
        Page page = new Page(bucket, Owner.of(storage, bucket.ownerId()),
                ListedText.asked(query), request);
        return storage.listVersions(page.bucket, request, signed.level()).compose(listing -> {
            ReadLevelHeaders.mark(signed.request().http().response(), signed.level());
            return Reply.xml(signed.request(), document(page, listing));
        });
    }

    private static Bytes bytes(Query query, String name) {
        return query.get(name).map(Bytes::utf8).orElse(Bytes.EMPTY);
    }

    private static Optional<VersionId> versionMarker(Query query) {
        Optional<String> marker =
                query.get("version-id-marker").filter(text -> !text.isEmpty());
        if (marker.isPresent() && bytes(query, "key-marker").isEmpty()) {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "A version-id marker cannot be specified without a key marker.");
        }
        return marker.map(RequestedVersion::of);
    }

    private static XmlWriter document(Page page, VersionListing listing) {
        VersionsRequest request = page.request;
        XmlWriter out = XmlWriter.document(ROOT)
                .element("Name", page.bucket.name())
                .element("Prefix", page.text.of(request.prefix()))
                .element("KeyMarker", page.text.of(request.keyMarker()))
                .element("VersionIdMarker",
                        request.afterVersion().map(VersionId::text).orElse(""));
        if (listing.truncated()) {
            next(out, page, listing.entries().getLast());
        }
        out.element("MaxKeys", request.entriesMax());
        if (!request.delimiter().isEmpty()) {
            out.element("Delimiter", page.text.of(request.delimiter()));
        }
        if (page.text.url()) {
            out.element("EncodingType", "url");
        }
        out.element("IsTruncated", listing.truncated());
        listing.entries().forEach(entry -> write(out, page, entry));
        return out.close(ROOT);
    }

    private static void next(XmlWriter out, Page page, VersionListing.Entry last) {
        out.element("NextKeyMarker", page.text.of(last.key()));
        switch (last) {
            case VersionListing.VersionEntry version ->
                    out.element("NextVersionIdMarker", version.versionId().text());
            case VersionListing.MarkerEntry marker ->
                    out.element("NextVersionIdMarker", marker.versionId().text());
            case VersionListing.PrefixEntry _ -> { }
        }
    }

    private static void write(XmlWriter out, Page page, VersionListing.Entry entry) {
        switch (entry) {
            case VersionListing.VersionEntry version -> write(out, page, version);
            case VersionListing.MarkerEntry marker -> write(out, page, marker);
            case VersionListing.PrefixEntry(Bytes prefix) -> out.open("CommonPrefixes")
                    .element("Prefix", page.text.of(prefix)).close("CommonPrefixes");
        }
    }

    private static void write(XmlWriter out, Page page, VersionListing.VersionEntry version) {
        out.open("Version")
                .element("Key", page.text.of(version.key()))
                .element("VersionId", version.versionId().text())
                .element("IsLatest", version.isLatest())
                .element("LastModified", Reply.xmlDate(version.modifiedMillis()))
                .element("ETag", '"' + version.etag() + '"');
        version.checksum().ifPresent(checksum -> write(out, checksum));
        out.element("Size", version.sizeBytes());
        page.owner.write(out, "Owner");
        out.element("StorageClass", "STANDARD").close("Version");
    }

    private static void write(XmlWriter out, Checksum checksum) {
        out.element("ChecksumAlgorithm", checksum.algorithm())
                .element("ChecksumType", checksum.composite() ? "COMPOSITE" : "FULL_OBJECT");
    }

    private static void write(XmlWriter out, Page page, VersionListing.MarkerEntry marker) {
        out.open("DeleteMarker")
                .element("Key", page.text.of(marker.key()))
                .element("VersionId", marker.versionId().text())
                .element("IsLatest", marker.isLatest())
                .element("LastModified", Reply.xmlDate(marker.modifiedMillis()));
        page.owner.write(out, "Owner");
        out.close("DeleteMarker");
    }
}
