package io.catena.s3.object;

import io.catena.client.object.Checksum;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.StoredObject;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// S3 API reference: GetObjectAttributes. Parts are numbered from 1 as they lie in the object; each
/// shows its checksum when it was uploaded with one of the object's algorithm.
public final class GetObjectAttributes {
    private static final Set<String> KNOWN =
            Set.of("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");
    private static final int PARTS_MAX = 1_000;
    private static final String ROOT = "GetObjectAttributesResponse";

    private final ObjectStorage storage;

    public GetObjectAttributes(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, signed);
        String header =
                String.join(",", request.http().headers().getAll("x-amz-object-attributes"));
        List<String> wanted = Arrays.stream(header.split(",")).map(String::strip)
                .filter(name -> !name.isEmpty()).toList();
        if (wanted.isEmpty() || !KNOWN.containsAll(wanted)) {
            throw S3Error.INVALID_ARGUMENT.exception("Invalid attribute name specified.");
        }
        PartsPage page = PartsPage.of(request);
        return Objects.find(storage, bucket, request, ReadLevel.STRONG).compose(object -> {
            new ReadConditions(request, "").check(object);
            request.http().response()
                    .putHeader("Last-Modified", Reply.httpDate(object.modifiedMillis()));
            ObjectHeaders.writeVersion(request.http().response(), bucket, object);
            return parts(object, wanted, page).compose(parts ->
                    Reply.xml(request, document(object, wanted, page, parts)));
        });
    }

    /// The checksums of the parts on the page, or nothing when no parts are to be shown.
    private Future<List<Optional<Checksum>>> parts(
            StoredObject object, List<String> wanted, PartsPage page) {
        int count = object.partSizes().size();
        return wanted.contains("ObjectParts") && count > 0
                ? storage.partChecksums(
                        object, page.from(count), page.to(count), ReadLevel.STRONG)
                : Future.succeededFuture(List.of());
    }

    /// @param after the number that the page begins behind
    private record PartsPage(int after, int most) {
        /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT
        static PartsPage of(S3Request request) {
            return new PartsPage(number(request, "x-amz-part-number-marker", 0),
                    Math.min(PARTS_MAX, number(request, "x-amz-max-parts", PARTS_MAX)));
        }

        /// Index of the first part of `count` that it shows.
        int from(int count) {
            return Math.min(after, count);
        }

        /// Behind the last part.
        int to(int count) {
            return Math.min(count, from(count) + most);
        }

        private static int number(S3Request request, String header, int otherwise) {
            String text = request.headerWithText(header).orElse(Integer.toString(otherwise));
            if (!text.matches("[0-9]{1,9}")) {
                throw S3Error.INVALID_ARGUMENT.exception(header + " is no number.");
            }
            return Integer.parseInt(text);
        }
    }

    private static XmlWriter document(
            StoredObject object, List<String> wanted, PartsPage page,
            List<Optional<Checksum>> parts) {
        XmlWriter out = XmlWriter.document(ROOT);
        if (wanted.contains("ETag")) {
            out.element("ETag", object.attributes().etag());
        }
        if (wanted.contains("Checksum")) {
            object.checksum().ifPresent(checksum -> write(out, checksum));
        }
        if (wanted.contains("ObjectParts") && !object.partSizes().isEmpty()) {
            write(out, object, page, parts);
        }
        if (wanted.contains("StorageClass")) {
            out.element("StorageClass", "STANDARD");
        }
        if (wanted.contains("ObjectSize")) {
            out.element("ObjectSize", object.sizeBytes());
        }
        return out.close(ROOT);
    }

    private static void write(XmlWriter out, StoredObject object, PartsPage page,
            List<Optional<Checksum>> parts) {
        List<Long> sizes = object.partSizes();
        int from = page.from(sizes.size());
        int to = page.to(sizes.size());
        // The API calls the count TotalPartsCount, but what travels is PartsCount.
        out.open("ObjectParts").element("PartsCount", sizes.size())
                .element("PartNumberMarker", page.after)
                .element("NextPartNumberMarker", to)
                .element("MaxParts", page.most)
                .element("IsTruncated", to < sizes.size());
        for (int i = from; i < to; i++) {
            out.open("Part").element("PartNumber", i + 1).element("Size", sizes.get(i));
            parts.get(i - from).filter(object::isOfSameAlgorithm)
                    .ifPresent(checksum -> out.element(xmlName(checksum), checksum.base64()));
            out.close("Part");
        }
        out.close("ObjectParts");
    }

    private static String xmlName(Checksum checksum) {
        return ChecksumAlgorithm.of(checksum.algorithm()).xmlName();
    }

    private static void write(XmlWriter out, Checksum checksum) {
        out.open("Checksum")
                .element(xmlName(checksum), checksum.base64())
                .element("ChecksumType", ObjectHeaders.type(checksum))
                .close("Checksum");
    }
}
