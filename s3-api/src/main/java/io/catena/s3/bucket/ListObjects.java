package io.catena.s3.bucket;

import io.catena.client.object.Checksum;
import io.catena.client.object.Listing;
import io.catena.client.object.ListingRequest;
import io.catena.client.object.ObjectStorage;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Query;
import io.catena.s3.http.ReadLevelHeaders;
import io.catena.s3.http.Reply;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.Optional;

/// S3 API reference: ListObjects and ListObjectsV2. Both show the same page; they differ in how the
/// next one is asked for. A continuation token is where the page ended, in base64url, so that every
/// key can be carried.
public final class ListObjects {
    private static final int KEYS_MAX = 1_000;
    private static final String ROOT = "ListBucketResult";

    private final ObjectStorage storage;

    public ListObjects(ObjectStorage storage) {
        this.storage = storage;
    }

    /// What was asked for.
    private record Page(
            BucketRecord bucket, Query query, ListedText text, ListingRequest request,
            Optional<Owner> owner) {}

    public Future<Void> handleV1(SignedRequest signed) {
        Query query = signed.request().query();
        Bytes marker = bytes(query, "marker");
        Page page = page(signed, marker, true);
        return storage.list(page.bucket, page.request, signed.level()).compose(listing -> {
            XmlWriter out = begin(page, listing);
            out.element("Marker", page.text.of(marker));
            if (!page.request.delimiter().isEmpty()) {
                listing.next().ifPresent(next -> out.element("NextMarker", page.text.of(next)));
            }
            return end(signed, page, listing, out);
        });
    }

    public Future<Void> handleV2(SignedRequest signed) {
        Query query = signed.request().query();
        Optional<String> token = query.get("continuation-token");
        Bytes after = token.filter(given -> !given.isEmpty()).map(ListObjects::ofToken)
                .orElseGet(() -> bytes(query, "start-after"));
        boolean withOwner = query.get("fetch-owner").equals(Optional.of("true"));
        Page page = page(signed, after, withOwner);
        return storage.list(page.bucket, page.request, signed.level()).compose(listing -> {
            XmlWriter out = begin(page, listing);
            out.element("KeyCount", listing.entries().size());
            token.ifPresent(given -> out.element("ContinuationToken", given));
            listing.next().ifPresent(next -> out.element("NextContinuationToken", token(next)));
            query.get("start-after").ifPresent(
                    given -> out.element("StartAfter", page.text.of(Bytes.utf8(given))));
            return end(signed, page, listing, out);
        });
    }

    private Page page(SignedRequest signed, Bytes after, boolean withOwner) {
        Query query = signed.request().query();
        BucketRecord bucket = Buckets.ofRead(storage, signed);
        int most = Math.min(KEYS_MAX, query.number("max-keys").orElse(KEYS_MAX));
        ListingRequest wanted = new ListingRequest(
                bytes(query, "prefix"), after, bytes(query, "delimiter"), most);
        Optional<Owner> owner = withOwner
                ? Optional.of(Owner.of(storage, bucket.ownerId())) : Optional.empty();
        return new Page(bucket, query, ListedText.asked(query), wanted, owner);
    }

    private static XmlWriter begin(Page page, Listing listing) {
        XmlWriter out = XmlWriter.document(ROOT)
                .element("Name", page.bucket.name())
                .element("Prefix", page.text.of(page.request.prefix()))
                .element("MaxKeys", page.request.entriesMax())
                .element("IsTruncated",
                        page.request.entriesMax() > 0 && listing.next().isPresent());
        if (!page.request.delimiter().isEmpty()) {
            out.element("Delimiter", page.text.of(page.request.delimiter()));
        }
        if (page.text.url()) {
            out.element("EncodingType", "url");
        }
        return out;
    }

    private static Future<Void> end(
            SignedRequest signed, Page page, Listing listing, XmlWriter out) {
        for (Listing.Entry entry : listing.entries()) {
            switch (entry) {
                case Listing.ObjectEntry object -> write(out, page, object);
                case Listing.PrefixEntry(Bytes prefix) -> out.open("CommonPrefixes")
                        .element("Prefix", page.text.of(prefix)).close("CommonPrefixes");
            }
        }
        ReadLevelHeaders.mark(signed.request().http().response(), signed.level());
        return Reply.xml(signed.request(), out.close(ROOT));
    }

    private static void write(XmlWriter out, Page page, Listing.ObjectEntry object) {
        out.open("Contents")
                .element("Key", page.text.of(object.key()))
                .element("LastModified", Reply.xmlDate(object.modifiedMillis()))
                .element("ETag", '"' + object.etag() + '"');
        object.checksum().ifPresent(checksum -> write(out, checksum));
        out.element("Size", object.sizeBytes());
        page.owner.ifPresent(owner -> owner.write(out, "Owner"));
        out.element("StorageClass", "STANDARD").close("Contents");
    }

    private static void write(XmlWriter out, Checksum checksum) {
        out.element("ChecksumAlgorithm", checksum.algorithm())
                .element("ChecksumType", checksum.composite() ? "COMPOSITE" : "FULL_OBJECT");
    }

    private static Bytes bytes(Query query, String name) {
        return query.get(name).map(Bytes::utf8).orElse(Bytes.EMPTY);
    }

    private static String token(Bytes next) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(next.unsafeArray());
    }

    private static Bytes ofToken(String token) {
        try {
            byte[] after = Base64.getUrlDecoder().decode(token);
            if (after.length > 0) {
                return Bytes.wrap(after);
            }
        } catch (IllegalArgumentException _) {
            // Refused below, like an empty one.
        }
        throw S3Error.INVALID_ARGUMENT.exception("The continuation token provided is incorrect");
    }
}
