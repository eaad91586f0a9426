package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import java.util.Optional;

/// Finds the bucket that a request is about.
public final class Buckets {
    private Buckets() {}

    /// The bucket of the request.
    ///
    /// @throws io.catena.s3.error.S3Exception NO_SUCH_BUCKET, ACCESS_DENIED when it is not of the
    ///     expected owner
    public static BucketRecord of(ObjectStorage storage, S3Request request) {
        return of(storage, request, ReadLevel.STRONG);
    }

    /// The bucket of a read, as this server knows it at the read's level.
    ///
    /// @throws io.catena.s3.error.S3Exception as [#of]
    public static BucketRecord ofRead(ObjectStorage storage, SignedRequest signed) {
        return of(storage, signed.request(), signed.level());
    }

    private static BucketRecord of(ObjectStorage storage, S3Request request, ReadLevel level) {
        return owned(named(storage, request.bucket(), level), request,
                "x-amz-expected-bucket-owner");
    }

    /// The bucket that a copy reads.
    ///
    /// @throws io.catena.s3.error.S3Exception as [#of]
    public static BucketRecord source(ObjectStorage storage, S3Request request, String name) {
        return owned(named(storage, name, ReadLevel.STRONG), request,
                "x-amz-source-expected-bucket-owner");
    }

    private static BucketRecord named(ObjectStorage storage, String name, ReadLevel level) {
        return storage.bucket(name, level)
                .filter(bucket -> bucket.state() == BucketState.ACTIVE)
                .orElseThrow(S3Error.NO_SUCH_BUCKET::exception);
    }

    private static BucketRecord owned(BucketRecord bucket, S3Request request, String header) {
        Optional<String> expected = request.header(header);
        if (expected.isPresent() && !expected.get().equals(bucket.ownerKeyId())) {
            throw S3Error.ACCESS_DENIED.exception();
        }
        return bucket;
    }
}
