package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.UserRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import java.util.Optional;

/// Finds the bucket that a request is about, for whoever may use it: its owner and administrators
/// (decision 0012). To others it is told that it exists, as AWS does.
public final class Buckets {
    private static final String EXPECTED_OWNER = "x-amz-expected-bucket-owner";
    private static final String EXPECTED_SOURCE_OWNER = "x-amz-source-expected-bucket-owner";

    private Buckets() {}

    /// The bucket of the request.
    ///
    /// @throws io.catena.s3.error.S3Exception NO_SUCH_BUCKET; ACCESS_DENIED when it is another
    ///     user's, or not of the expected owner
    public static BucketRecord of(ObjectStorage storage, SignedRequest signed) {
        return open(named(storage, signed.request().bucket(), ReadLevel.STRONG), signed.user(),
                signed.request(), EXPECTED_OWNER);
    }

    /// The bucket of a read, as this server knows it at the read's level.
    ///
    /// @throws io.catena.s3.error.S3Exception as [#of]
    public static BucketRecord ofRead(ObjectStorage storage, SignedRequest signed) {
        return open(named(storage, signed.request().bucket(), signed.level()), signed.user(),
                signed.request(), EXPECTED_OWNER);
    }

    /// The bucket of a form that `user` has allowed.
    ///
    /// @throws io.catena.s3.error.S3Exception as [#of]
    public static BucketRecord ofForm(ObjectStorage storage, S3Request request, UserRecord user) {
        return open(named(storage, request.bucket(), ReadLevel.STRONG), user, request,
                EXPECTED_OWNER);
    }

    /// The bucket that a copy reads.
    ///
    /// @throws io.catena.s3.error.S3Exception as [#of]
    public static BucketRecord source(ObjectStorage storage, SignedRequest signed, String name) {
        return open(named(storage, name, ReadLevel.STRONG), signed.user(), signed.request(),
                EXPECTED_SOURCE_OWNER);
    }

    private static BucketRecord named(ObjectStorage storage, String name, ReadLevel level) {
        return storage.bucket(name, level)
                .filter(bucket -> bucket.state() == BucketState.ACTIVE)
                .orElseThrow(S3Error.NO_SUCH_BUCKET::exception);
    }

    private static BucketRecord open(
            BucketRecord bucket, UserRecord user, S3Request request, String expectedOwnerHeader) {
        boolean mayUse = bucket.ownerId().equals(user.id()) || user.administrator();
        Optional<String> expected = request.header(expectedOwnerHeader);
        if (!mayUse || expected.isPresent() && !expected.get().equals(bucket.ownerId())) {
            throw S3Error.ACCESS_DENIED.exception();
        }
        return bucket;
    }
}
