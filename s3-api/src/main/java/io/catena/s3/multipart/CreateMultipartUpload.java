package io.catena.s3.multipart;

import io.catena.client.object.ObjectAttributes;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.Upload;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.object.ObjectHeaders;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;

/// S3 API reference: CreateMultipartUpload.
public final class CreateMultipartUpload {
    private final ObjectStorage storage;

    public CreateMultipartUpload(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, signed);
        ObjectHeaders headers = ObjectHeaders.of(request);
        Optional<ChecksumAlgorithm> algorithm =
                request.headerWithText("x-amz-checksum-algorithm").map(ChecksumAlgorithm::of);
        String type = checksumType(request, algorithm);
        ObjectAttributes attributes =
                new ObjectAttributes("", headers.system(), headers.user(), Optional.empty());
        return storage.createUpload(bucket, request.key(), attributes,
                        algorithm.map(Enum::name).orElse(""), type)
                .compose(upload -> reply(request, upload));
    }

    private static String checksumType(S3Request request, Optional<ChecksumAlgorithm> algorithm) {
        Optional<String> type = request.headerWithText("x-amz-checksum-type");
        if (algorithm.isEmpty()) {
            if (type.isPresent()) {
                throw S3Error.INVALID_REQUEST.exception(
                        "The x-amz-checksum-type header can only be "
                        + "used with the x-amz-checksum-algorithm header.");
            }
            return "";
        }
        String wanted =
                type.orElse(algorithm.get().offersComposite() ? "COMPOSITE" : "FULL_OBJECT");
        boolean offered = switch (wanted) {
            case "COMPOSITE" -> algorithm.get().offersComposite();
            case "FULL_OBJECT" -> algorithm.get().offersFullObject();
            default -> throw S3Error.INVALID_REQUEST.exception(
                    "Value for x-amz-checksum-type header is invalid.");
        };
        if (!offered) {
            throw S3Error.INVALID_REQUEST.exception("The " + wanted
                    + " checksum type cannot be used "
                    + "with the " + algorithm.get().name() + " checksum algorithm.");
        }
        return wanted;
    }

    private static Future<Void> reply(S3Request request, Upload upload) {
        HttpServerResponse response = request.http().response();
        if (!upload.checksumAlgorithm().isEmpty()) {
            response.putHeader("x-amz-checksum-algorithm", upload.checksumAlgorithm())
                    .putHeader("x-amz-checksum-type", upload.checksumType());
        }
        return Reply.xml(request, XmlWriter.document("InitiateMultipartUploadResult")
                .element("Bucket", request.bucket())
                .element("Key", request.key().toUtf8())
                .element("UploadId", upload.uploadId())
                .close("InitiateMultipartUploadResult"));
    }
}
