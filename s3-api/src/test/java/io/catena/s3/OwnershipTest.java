package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.cluster.UserRecord;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.GetBucketAclResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.Owner;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Buckets are their owner's (decision 0012).
final class OwnershipTest {
    private GatewayServer server;
    private S3Client ada;
    private S3Client bob;

    @BeforeEach
    void start() {
        server = new GatewayServer();
        ada = server.client(MemoryObjectStorage.ADAS);
        bob = server.client(MemoryObjectStorage.BOBS);
        ada.createBucket(b -> b.bucket("adas"));
        ada.putObject(b -> b.bucket("adas").key("k"), RequestBody.fromString("x"));
    }

    @AfterEach
    void stop() {
        ada.close();
        bob.close();
        server.close();
    }

    private enum Call {
        HEAD_BUCKET(s3 -> s3.headBucket(b -> b.bucket("adas"))),
        LOCATION(s3 -> s3.getBucketLocation(b -> b.bucket("adas"))),
        ACL(s3 -> s3.getBucketAcl(b -> b.bucket("adas"))),
        LIST(s3 -> s3.listObjects(b -> b.bucket("adas"))),
        LIST_V2(s3 -> s3.listObjectsV2(b -> b.bucket("adas"))),
        DELETE_BUCKET(s3 -> s3.deleteBucket(b -> b.bucket("adas"))),
        PUT(s3 -> s3.putObject(b -> b.bucket("adas").key("k"), RequestBody.fromString("y"))),
        GET(s3 -> s3.getObject(b -> b.bucket("adas").key("k"))),
        GET_MISSING(s3 -> s3.getObject(b -> b.bucket("adas").key("missing"))),
        HEAD(s3 -> s3.headObject(b -> b.bucket("adas").key("k"))),
        ATTRIBUTES(s3 -> s3.getObjectAttributes(b -> b.bucket("adas").key("k")
                .objectAttributesWithStrings("ETag"))),
        OBJECT_ACL(s3 -> s3.getObjectAcl(b -> b.bucket("adas").key("k"))),
        DELETE(s3 -> s3.deleteObject(b -> b.bucket("adas").key("k"))),
        DELETE_MANY(s3 -> s3.deleteObjects(b -> b.bucket("adas").delete(Delete.builder()
                .objects(ObjectIdentifier.builder().key("k").build()).build()))),
        COPY_TO(s3 -> s3.copyObject(b -> b.sourceBucket("bobs").sourceKey("k")
                .destinationBucket("adas").destinationKey("c"))),
        COPY_FROM(s3 -> s3.copyObject(b -> b.sourceBucket("adas").sourceKey("k")
                .destinationBucket("bobs").destinationKey("c"))),
        CREATE_UPLOAD(s3 -> s3.createMultipartUpload(b -> b.bucket("adas").key("u"))),
        UPLOAD_PART(s3 -> s3.uploadPart(b -> b.bucket("adas").key("u").uploadId("1")
                .partNumber(1), RequestBody.fromString("p"))),
        LIST_PARTS(s3 -> s3.listParts(b -> b.bucket("adas").key("u").uploadId("1"))),
        COMPLETE(s3 -> s3.completeMultipartUpload(b -> b.bucket("adas").key("u").uploadId("1")
                .multipartUpload(m -> m.parts(
                        CompletedPart.builder().partNumber(1).eTag("e").build())))),
        ABORT(s3 -> s3.abortMultipartUpload(b -> b.bucket("adas").key("u").uploadId("1"))),
        LIST_UPLOADS(s3 -> s3.listMultipartUploads(b -> b.bucket("adas")));

        private final Consumer<S3Client> make;

        Call(Consumer<S3Client> make) {
            this.make = make;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseEveryCallOnAnothersBucket(Call call) {
        bob.createBucket(b -> b.bucket("bobs"));
        bob.putObject(b -> b.bucket("bobs").key("k"), RequestBody.fromString("x"));
        refused(403, () -> call.make.accept(bob));
        assertThat(ada.getObjectAsBytes(b -> b.bucket("adas").key("k")).asUtf8String())
                .isEqualTo("x");
        assertThat(ada.listObjectsV2(b -> b.bucket("adas")).keyCount()).isEqualTo(1);
    }

    private static void refused(int status, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(S3Exception.class,
                e -> assertThat(e.statusCode()).isEqualTo(status));
    }

    @Test
    void shouldListOnlyOnesOwnBuckets() {
        bob.createBucket(b -> b.bucket("bobs"));
        assertThat(ada.listBuckets().buckets()).extracting(Bucket::name).containsExactly("adas");
        assertThat(bob.listBuckets().buckets()).extracting(Bucket::name).containsExactly("bobs");
        assertThat(server.client.listBuckets().buckets()).isEmpty();
    }

    @Test
    void shouldTellANameOfOthersFromOnesOwn() {
        ada.createBucket(b -> b.bucket("adas"));
        assertThatThrownBy(() -> bob.createBucket(b -> b.bucket("adas")))
                .isInstanceOfSatisfying(S3Exception.class, e ->
                        assertThat(e.awsErrorDetails().errorCode())
                                .isEqualTo("BucketAlreadyExists"));
    }

    @Test
    void shouldLetAdministratorsDoEverything() {
        server.client.putObject(b -> b.bucket("adas").key("r"), RequestBody.fromString("r"));
        server.client.deleteObjects(b -> b.bucket("adas").delete(Delete.builder().objects(
                ObjectIdentifier.builder().key("k").build(),
                ObjectIdentifier.builder().key("r").build()).build()));
        server.client.deleteBucket(b -> b.bucket("adas"));
        assertThat(ada.listBuckets().buckets()).isEmpty();
    }

    @Test
    void shouldTellTheOwnerInEveryAnswer() {
        Owner owner = Owner.builder().id("ada").displayName("Ada").build();
        assertThat(ada.listBuckets().owner()).isEqualTo(owner);
        GetBucketAclResponse acl = server.client.getBucketAcl(b -> b.bucket("adas"));
        assertThat(acl.owner()).isEqualTo(owner);
        assertThat(acl.grants().getFirst().grantee().id()).isEqualTo("ada");
        assertThat(ada.getObjectAcl(b -> b.bucket("adas").key("k")).owner()).isEqualTo(owner);
        assertThat(ada.listObjects(b -> b.bucket("adas")).contents().getFirst().owner())
                .isEqualTo(owner);
        assertThat(ada.listObjectsV2(b -> b.bucket("adas").fetchOwner(true))
                .contents().getFirst().owner()).isEqualTo(owner);
        assertThat(ada.listObjectsV2(b -> b.bucket("adas")).contents().getFirst().owner())
                .isNull();
        String upload = ada.createMultipartUpload(b -> b.bucket("adas").key("u")).uploadId();
        assertThat(ada.listParts(b -> b.bucket("adas").key("u").uploadId(upload)).owner())
                .isEqualTo(owner);
        ListMultipartUploadsResponse uploads = ada.listMultipartUploads(b -> b.bucket("adas"));
        assertThat(uploads.uploads().getFirst().owner()).isEqualTo(owner);
        assertThat(uploads.uploads().getFirst().initiator().id()).isEqualTo("ada");
        assertThat(server.client.listBuckets().owner().id()).isEqualTo(UserRecord.ROOT_ID);
    }

    @Test
    void shouldCompareTheExpectedOwner() {
        ada.headBucket(b -> b.bucket("adas").expectedBucketOwner("ada"));
        refused(403, () -> ada.headBucket(b -> b.bucket("adas").expectedBucketOwner("bob")));
        refused(403, () -> server.client.headBucket(
                b -> b.bucket("adas").expectedBucketOwner(UserRecord.ROOT_ID)));
    }
}
