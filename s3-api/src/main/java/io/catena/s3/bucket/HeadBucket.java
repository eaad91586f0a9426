package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/// S3 API reference: HeadBucket. With `x-catena-usage: true`, which S3 does not have, the answer
/// tells what the bucket's objects come to: exactly, as of now. It must be asked for, since clients
/// use HeadBucket to see whether a server answers, also when a chain of the bucket cannot.
public final class HeadBucket {
    private static final String USAGE = "x-catena-usage";

    private final ObjectStorage storage;
    private final String region;

    public HeadBucket(ObjectStorage storage, String region) {
        this.storage = storage;
        this.region = region;
    }

    public Future<Void> handle(SignedRequest signed) {
        BucketRecord bucket = Buckets.of(storage, signed);
        HttpServerResponse response = signed.request().http().response()
                .putHeader("x-amz-bucket-region", region)
                .putHeader("x-amz-access-point-alias", "false")
                .putHeader("Content-Type", "application/xml");
        if (!asksForUsage(signed.request().header(USAGE))) {
            return Reply.empty(signed.request(), 200);
        }
        return storage.usage(bucket, ReadLevel.STRONG).compose(usage -> {
            put(response, usage);
            return Reply.empty(signed.request(), 200);
        });
    }

    private static boolean asksForUsage(Optional<String> header) {
        return switch (header.orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw S3Error.INVALID_ARGUMENT.exception(USAGE + " is true or false.");
        };
    }

    private static void put(HttpServerResponse response, Usage usage) {
        response.putHeader("x-catena-object-count", Long.toString(usage.objects()))
                .putHeader("x-catena-version-count", Long.toString(usage.versions()))
                .putHeader("x-catena-bytes-used", Long.toString(usage.bytes()));
    }
}
