package io.catena.s3;

import io.catena.client.object.ObjectStorage;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.CreateBucket;
import io.catena.s3.bucket.DeleteBucket;
import io.catena.s3.bucket.GetBucketConfiguration;
import io.catena.s3.bucket.GetBucketLocation;
import io.catena.s3.bucket.GetBucketVersioning;
import io.catena.s3.bucket.HeadBucket;
import io.catena.s3.bucket.ListBuckets;
import io.catena.s3.bucket.ListObjectVersions;
import io.catena.s3.bucket.ListObjects;
import io.catena.s3.bucket.PutBucketVersioning;
import io.catena.s3.http.S3Operation;
import io.catena.s3.multipart.AbortMultipartUpload;
import io.catena.s3.multipart.CompleteMultipartUpload;
import io.catena.s3.multipart.CreateMultipartUpload;
import io.catena.s3.multipart.ListMultipartUploads;
import io.catena.s3.multipart.ListParts;
import io.catena.s3.multipart.PutPart;
import io.catena.s3.multipart.UploadPartCopy;
import io.catena.s3.object.CopyObject;
import io.catena.s3.object.DeleteObject;
import io.catena.s3.object.DeleteObjects;
import io.catena.s3.object.GetObject;
import io.catena.s3.object.GetObjectAttributes;
import io.catena.s3.object.GetObjectConfiguration;
import io.catena.s3.object.PutObject;
import io.vertx.core.Future;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.function.Function;

/// Which code carries out which operation; a form is another kind of request and not among them.
final class Operations {
    private Operations() {}

    static Map<S3Operation, Function<SignedRequest, Future<Void>>> table(
            ObjectStorage storage, String region) {
        Map<S3Operation, Function<SignedRequest, Future<Void>>> table =
                new EnumMap<>(S3Operation.class);
        for (S3Operation operation : EnumSet.complementOf(EnumSet.of(S3Operation.POST_OBJECT))) {
            table.put(operation, of(operation, storage, region));
        }
        return table;
    }

    private static Function<SignedRequest, Future<Void>> of(
            S3Operation operation, ObjectStorage storage, String region) {
        return switch (operation) {
            case LIST_BUCKETS -> new ListBuckets(storage, region)::handle;
            case CREATE_BUCKET -> new CreateBucket(storage, region)::handle;
            case HEAD_BUCKET -> new HeadBucket(storage, region)::handle;
            case DELETE_BUCKET -> new DeleteBucket(storage)::handle;
            case GET_BUCKET_LOCATION -> new GetBucketLocation(storage, region)::handle;
            case GET_BUCKET_CONFIGURATION -> new GetBucketConfiguration(storage)::handle;
            case GET_BUCKET_VERSIONING -> new GetBucketVersioning(storage)::handle;
            case PUT_BUCKET_VERSIONING -> new PutBucketVersioning(storage)::handle;
            case LIST_OBJECT_VERSIONS -> new ListObjectVersions(storage)::handle;
            case LIST_OBJECTS -> new ListObjects(storage)::handleV1;
            case LIST_OBJECTS_V2 -> new ListObjects(storage)::handleV2;
            case DELETE_OBJECTS -> new DeleteObjects(storage)::handle;
            case PUT_OBJECT -> new PutObject(storage)::handle;
            case POST_OBJECT -> throw new IllegalArgumentException("not signed in its head");
            case COPY_OBJECT -> new CopyObject(storage)::handle;
            case GET_OBJECT, HEAD_OBJECT -> new GetObject(storage)::handle;
            case DELETE_OBJECT -> new DeleteObject(storage)::handle;
            case GET_OBJECT_CONFIGURATION -> new GetObjectConfiguration(storage)::handle;
            case GET_OBJECT_ATTRIBUTES -> new GetObjectAttributes(storage)::handle;
            case CREATE_MULTIPART_UPLOAD -> new CreateMultipartUpload(storage)::handle;
            case UPLOAD_PART -> new PutPart(storage)::handle;
            case UPLOAD_PART_COPY -> new UploadPartCopy(storage)::handle;
            case COMPLETE_MULTIPART_UPLOAD -> new CompleteMultipartUpload(storage)::handle;
            case ABORT_MULTIPART_UPLOAD -> new AbortMultipartUpload(storage)::handle;
            case LIST_PARTS -> new ListParts(storage)::handle;
            case LIST_MULTIPART_UPLOADS -> new ListMultipartUploads(storage)::handle;
        };
    }
}
