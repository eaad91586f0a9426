package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Query;
import io.catena.s3.http.Reply;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/// S3 API reference: ListBuckets. An administrator, too, sees its own.
public final class ListBuckets {
    private static final int BUCKETS_MAX = 10_000;

    private final ObjectStorage storage;
    private final String region;

    public ListBuckets(ObjectStorage storage, String region) {
        this.storage = storage;
        this.region = region;
    }

    public Future<Void> handle(SignedRequest signed) {
        Query query = signed.request().query();
        int most = query.number("max-buckets").orElse(BUCKETS_MAX);
        if (most < 1 || most > BUCKETS_MAX) {
            throw S3Error.INVALID_ARGUMENT.exception("max-buckets must be 1 to 10000.");
        }
        String prefix = query.get("prefix").orElse("");
        String after = query.get("continuation-token").map(ListBuckets::ofToken).orElse("");
        List<BucketRecord> buckets = storage.buckets().stream()
                .filter(bucket -> bucket.state() == BucketState.ACTIVE)
                .filter(bucket -> bucket.ownerId().equals(signed.user().id()))
                .filter(bucket -> bucket.name().startsWith(prefix))
                .filter(bucket -> bucket.name().compareTo(after) > 0)
                .sorted(Comparator.comparing(BucketRecord::name))
                .limit(most + 1L)
                .toList();
        boolean truncated = buckets.size() > most;
        XmlWriter out = XmlWriter.document("ListAllMyBucketsResult");
        Owner.of(signed.user()).write(out, "Owner");
        out.open("Buckets");
        buckets.stream().limit(most).forEach(bucket -> write(out, bucket));
        out.close("Buckets");
        if (!prefix.isEmpty()) {
            out.element("Prefix", prefix);
        }
        if (truncated) {
            out.element("ContinuationToken", token(buckets.get(most - 1).name()));
        }
        return Reply.xml(signed.request(), out.close("ListAllMyBucketsResult"));
    }

    private void write(XmlWriter out, BucketRecord bucket) {
        out.open("Bucket")
                .element("Name", bucket.name())
                .element("CreationDate", Reply.xmlDate(bucket.createdMillis()))
                .element("BucketRegion", region)
                .close("Bucket");
    }

    private static String token(String name) {
        return Base64.getUrlEncoder().withoutPadding()
                .encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String ofToken(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "The continuation token provided is incorrect");
        }
    }
}
