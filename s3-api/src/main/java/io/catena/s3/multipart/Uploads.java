package io.catena.s3.multipart;

import io.catena.client.object.ObjectStorage;
import io.catena.client.object.Upload;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.vertx.core.Future;

/// Finds the upload that a request is about.
final class Uploads {
    /// S3 user guide, "Amazon S3 multipart upload limits".
    static final int PARTS_MAX = 10_000;

    private Uploads() {}

    static String id(S3Request request) {
        return request.query().get("uploadId").orElse("");
    }

    /// @return fails with NO_SUCH_UPLOAD
    static Future<Upload> find(ObjectStorage storage, BucketRecord bucket, S3Request request) {
        return storage.findUpload(bucket, request.key(), id(request))
                .map(found -> found.orElseThrow(S3Error.NO_SUCH_UPLOAD::exception));
    }

    /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT
    static int partNumber(S3Request request) {
        int number = request.query().number("partNumber").orElse(0);
        if (number < 1 || number > PARTS_MAX) {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "Part number must be an integer between 1 and 10000, inclusive");
        }
        return number;
    }

    /// By which parts are digested: what the upload announced, else AWS's default.
    static ChecksumAlgorithm algorithm(Upload upload) {
        return upload.checksumAlgorithm().isEmpty() ? ChecksumAlgorithm.CRC64NVME
                : ChecksumAlgorithm.of(upload.checksumAlgorithm());
    }

    static boolean composite(Upload upload) {
        return upload.checksumType().equals("COMPOSITE");
    }
}
