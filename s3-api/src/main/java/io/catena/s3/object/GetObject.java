package io.catena.s3.object;

import io.catena.client.object.Checksum;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.StoredObject;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.http.Query;
import io.catena.s3.http.ReadLevelHeaders;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.Optional;

/// S3 API reference: GetObject and HeadObject, which differ in the bytes only.
public final class GetObject {
    private static final String OVERRIDE = "response-";

    private final ObjectStorage storage;

    public GetObject(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.ofRead(storage, signed);
        return Objects.find(storage, bucket, request, signed.level())
                .compose(object -> answer(signed, bucket, object));
    }

    private Future<Void> answer(SignedRequest signed, BucketRecord bucket, StoredObject object) {
        S3Request request = signed.request();
        ReadLevelHeaders.mark(request.http().response(), signed.level());
        checkConditions(request, bucket, object);
        Optional<Integer> part = part(request, object);
        Optional<ByteRange> range = part.map(number -> part(number, object))
                .or(() -> range(request, object));
        ByteRange wanted = range.orElse(new ByteRange(0, object.sizeBytes()));
        HttpServerResponse response = request.http().response();
        ObjectHeaders.write(response, object);
        ObjectHeaders.writeVersion(response, bucket, object);
        override(request, response);
        response.putHeader("Content-Length", Long.toString(wanted.length()));
        if (range.isPresent() && wanted.length() > 0) {
            response.setStatusCode(206)
                    .putHeader("Content-Range", wanted.of(object.sizeBytes()));
        }
        if (part.isPresent() && !object.partSizes().isEmpty()) {
            response.putHeader("x-amz-mp-parts-count", Integer.toString(object.partSizes().size()));
        }
        return checksum(signed, object, part, wanted).compose(checksum -> {
            checksum.ifPresent(known -> ObjectHeaders.write(response, known));
            return send(signed, bucket, object, wanted);
        });
    }

    private Future<Void> send(
            SignedRequest signed, BucketRecord bucket, StoredObject object, ByteRange wanted) {
        HttpServerResponse response = signed.request().http().response();
        if (signed.request().method().equals("HEAD") || wanted.length() == 0) {
            return response.end();
        }
        return storage.read(
                bucket, object, wanted.offset(), wanted.length(), response, signed.level())
                .compose(_ -> response.end());
    }

    /// Of a part its own. A checksum of other bytes than those of the answer would be taken for
    /// damage: SDKs verify what they see, unless it is a composite one.
    private Future<Optional<Checksum>> checksum(SignedRequest signed, StoredObject object,
            Optional<Integer> part, ByteRange wanted) {
        S3Request request = signed.request();
        boolean asked = request.header("x-amz-checksum-mode")
                .filter("ENABLED"::equalsIgnoreCase).isPresent();
        if (!asked || object.checksum().isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        boolean composite = object.checksum().get().composite();
        if (part.isPresent() && !object.partSizes().isEmpty()) {
            return storage.partChecksums(object, part.get() - 1, part.get(), signed.level())
                    .map(found -> found.getFirst().filter(object::isOfSameAlgorithm)
                            .map(own -> new Checksum(own.algorithm(), own.base64(), composite)));
        }
        boolean comparable = request.method().equals("HEAD")
                || wanted.length() == object.sizeBytes() || composite;
        return Future.succeededFuture(object.checksum().filter(_ -> comparable));
    }

    /// A 304 names the object that the client has (RFC 9110, section 15.4.5).
    private static void checkConditions(
            S3Request request, BucketRecord bucket, StoredObject object) {
        try {
            new ReadConditions(request, "").check(object);
        } catch (S3Exception e) {
            if (e.error() == S3Error.NOT_MODIFIED) {
                ObjectHeaders.write(request.http().response(), object);
                ObjectHeaders.writeVersion(request.http().response(), bucket, object);
            }
            throw e;
        }
    }

    /// The part that is asked for, counted from 1, and there.
    private static Optional<Integer> part(S3Request request, StoredObject object) {
        Optional<Integer> number = request.query().number("partNumber");
        if (number.isEmpty()) {
            return number;
        }
        if (request.http().headers().contains("range")) {
            throw S3Error.INVALID_REQUEST.exception(
                    "Cannot specify both Range header and partNumber query parameter");
        }
        if (number.get() < 1) {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "Part number must be an integer between 1 and 10000, inclusive");
        }
        if (number.get() > Math.max(1, object.partSizes().size())) {
            throw S3Error.INVALID_PART.exception("The requested partnumber is not satisfiable");
        }
        return number;
    }

    /// An object that was not uploaded in parts is one part.
    private static ByteRange part(int number, StoredObject object) {
        if (object.partSizes().isEmpty()) {
            return new ByteRange(0, object.sizeBytes());
        }
        long offset = object.partSizes().stream().limit(number - 1L).mapToLong(Long::longValue)
                .sum();
        return new ByteRange(offset, object.partSizes().get(number - 1));
    }

    private static Optional<ByteRange> range(S3Request request, StoredObject object) {
        return request.headerWithText("range")
                .filter(_ -> ifRangeHolds(request, object))
                .flatMap(header -> ByteRange.of(header, object.sizeBytes()));
    }

    /// RFC 9110, section 13.1.5: the range is for one state of the object only.
    private static boolean ifRangeHolds(S3Request request, StoredObject object) {
        Optional<String> condition = request.headerWithText("if-range");
        Optional<Instant> date = condition.flatMap(ReadConditions::httpDate);
        return condition.isEmpty()
                || date.map(since -> !ReadConditions.modifiedAfter(object, since))
                        .orElseGet(() -> ETags.parse(condition.get())
                                .match(object.attributes().etag()));
    }

    /// response-content-type and its kin. Every request is signed here, so they always count.
    private static void override(S3Request request, HttpServerResponse response) {
        for (Query.Parameter parameter : request.query().parameters()) {
            String name = parameter.name();
            if (name.startsWith(OVERRIDE)) {
                String header = name.substring(OVERRIDE.length());
                switch (header) {
                    case "cache-control", "content-disposition", "content-encoding",
                            "content-language", "content-type", "expires" ->
                            response.putHeader(
                                    header, ObjectHeaders.headerValue(parameter.value()));
                    default -> throw S3Error.INVALID_ARGUMENT.exception(name);
                }
            }
        }
    }
}
