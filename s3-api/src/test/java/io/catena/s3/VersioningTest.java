package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.cluster.UserRecord;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.MFADelete;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/// Buckets that keep versions, as the AWS SDK sees them.
final class VersioningTest {
    private static final String NO_VERSION = "7".repeat(32);

    private GatewayServer server;

    @BeforeEach
    void start() {
        server = new GatewayServer();
        server.client.createBucket(b -> b.bucket("music"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void keep(BucketVersioningStatus status) {
        server.client.putBucketVersioning(b -> b.bucket("music")
                .versioningConfiguration(v -> v.status(status)));
    }

    private BucketVersioningStatus status() {
        return server.client.getBucketVersioning(b -> b.bucket("music")).status();
    }

    private String put(String key, String text) {
        return server.client.putObject(
                b -> b.bucket("music").key(key), RequestBody.fromString(text)).versionId();
    }

    private String get(String key, String version) {
        var got = server.client.getObjectAsBytes(
                b -> b.bucket("music").key(key).versionId(version));
        assertThat(got.response().versionId()).isEqualTo(version);
        return got.asUtf8String();
    }

    private DeleteObjectResponse delete(String key, String version) {
        return server.client.deleteObject(b -> b.bucket("music").key(key).versionId(version));
    }

    private ListObjectVersionsResponse list() {
        return server.client.listObjectVersions(b -> b.bucket("music"));
    }

    private static S3Exception failure(ThrowingCallable call) {
        try {
            call.call();
        } catch (S3Exception e) {
            return e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("nothing failed");
    }

    private static void assertRefused(String code, int status, ThrowingCallable call) {
        S3Exception refused = failure(call);
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo(code);
        assertThat(refused.statusCode()).isEqualTo(status);
    }

    private static Optional<String> header(S3Exception failure, String name) {
        return failure.awsErrorDetails().sdkHttpResponse().firstMatchingHeader(name);
    }

    @Test
    void shouldTellWhetherVersionsAreKept() {
        assertThat(status()).isNull();
        keep(BucketVersioningStatus.ENABLED);
        assertThat(status()).isEqualTo(BucketVersioningStatus.ENABLED);
        keep(BucketVersioningStatus.SUSPENDED);
        assertThat(status()).isEqualTo(BucketVersioningStatus.SUSPENDED);
    }

    @Test
    void shouldRefuseOtherConfigurations() {
        assertRefused("MalformedXML", 400, () -> server.client.putBucketVersioning(
                b -> b.bucket("music").versioningConfiguration(v -> v.status("Perhaps"))));
        assertRefused("IllegalVersioningConfigurationException", 400, () ->
                server.client.putBucketVersioning(
                        b -> b.bucket("music").versioningConfiguration(v -> { })));
        assertRefused("NotImplemented", 501, () -> server.client.putBucketVersioning(
                b -> b.bucket("music").versioningConfiguration(v -> v
                        .status(BucketVersioningStatus.ENABLED).mfaDelete(MFADelete.ENABLED))));
        assertThat(status()).isNull();
        server.client.putBucketVersioning(b -> b.bucket("music").versioningConfiguration(v -> v
                .status(BucketVersioningStatus.ENABLED).mfaDelete(MFADelete.DISABLED)));
        assertThat(status()).isEqualTo(BucketVersioningStatus.ENABLED);
    }

    @Test
    void shouldGiveEveryVersionAnId() {
        assertThat(put("a", "zero")).isNull();
        assertThat(server.client.headObject(b -> b.bucket("music").key("a")).versionId())
                .isNull();
        keep(BucketVersioningStatus.ENABLED);
        assertThat(server.client.headObject(b -> b.bucket("music").key("a")).versionId())
                .isEqualTo("null");
        String one = put("a", "one");
        String two = put("a", "two!");
        assertThat(get("a", "null")).isEqualTo("zero");
        assertThat(get("a", one)).isEqualTo("one");
        assertThat(get("a", two)).isEqualTo("two!");
        assertThat(server.client.headObject(b -> b.bucket("music").key("a").versionId(one))
                .contentLength()).isEqualTo(3);
        assertThat(server.client.getObjectAttributes(b -> b.bucket("music").key("a")
                .versionId(one).objectAttributes(ObjectAttributes.OBJECT_SIZE)).objectSize())
                .isEqualTo(3);
        keep(BucketVersioningStatus.SUSPENDED);
        assertThat(put("a", "three")).isNull();
        assertThat(get("a", "null")).isEqualTo("three");
        assertThat(get("a", two)).isEqualTo("two!");
    }

    @Test
    void shouldTellOfDeleteMarkers() {
        keep(BucketVersioningStatus.ENABLED);
        String one = put("a", "one");
        DeleteObjectResponse deleted = delete("a", null);
        assertThat(deleted.deleteMarker()).isTrue();
        String marker = deleted.versionId();
        S3Exception gone = failure(() ->
                server.client.getObjectAsBytes(b -> b.bucket("music").key("a")));
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(gone.awsErrorDetails().errorCode()).isEqualTo("NoSuchKey");
        assertThat(header(gone, "x-amz-delete-marker")).contains("true");
        assertThat(header(gone, "x-amz-version-id")).contains(marker);
        S3Exception named = failure(() -> get("a", marker));
        assertThat(named.statusCode()).isEqualTo(405);
        assertThat(named.awsErrorDetails().errorCode()).isEqualTo("MethodNotAllowed");
        assertThat(header(named, "x-amz-delete-marker")).contains("true");
        assertThat(header(named, "allow")).contains("DELETE");
        assertThat(header(named, "last-modified")).isPresent();
        assertThat(failure(() -> server.client.headObject(
                b -> b.bucket("music").key("a").versionId(marker))).statusCode()).isEqualTo(405);
        assertThat(server.client.listObjectsV2(b -> b.bucket("music")).contents()).isEmpty();
        DeleteObjectResponse undone = delete("a", marker);
        assertThat(undone.deleteMarker()).isTrue();
        assertThat(undone.versionId()).isEqualTo(marker);
        assertThat(get("a", one)).isEqualTo("one");
        DeleteObjectResponse last = delete("a", one);
        assertThat(last.deleteMarker()).isNull();
        assertThat(last.versionId()).isEqualTo(one);
        assertThat(list().versions()).isEmpty();
        assertThat(delete("a", one).versionId()).isEqualTo(one);
    }

    @Test
    void shouldRefuseWhatIsNoVersion() {
        put("a", "x");
        keep(BucketVersioningStatus.ENABLED);
        assertRefused("NoSuchVersion", 404, () -> get("a", NO_VERSION));
        assertRefused("NoSuchVersion", 404, () -> get("b", "null"));
        assertRefused("InvalidArgument", 400, () -> get("a", "no-version"));
        assertRefused("InvalidArgument", 400, () -> get("a", ""));
        assertRefused("InvalidArgument", 400, () -> delete("a", "no-version"));
        assertThat(delete("a", NO_VERSION).versionId()).isEqualTo(NO_VERSION);
        assertRefused("InvalidArgument", 400, () -> server.client.copyObject(
                b -> b.sourceBucket("music").sourceKey("a").sourceVersionId("no-version")
                        .destinationBucket("music").destinationKey("b")));
        assertThat(list().versions()).hasSize(1);
    }

    @Test
    void shouldListVersionsAndMarkers() {
        put("a", "zero");
        keep(BucketVersioningStatus.ENABLED);
        String one = put("a", "one");
        String gone = delete("b", null).versionId();
        ListObjectVersionsResponse all = list();
        assertThat(all.versions()).extracting(ObjectVersion::versionId)
                .containsExactly(one, "null");
        assertThat(all.versions()).extracting(ObjectVersion::isLatest)
                .containsExactly(true, false);
        assertThat(all.versions().getFirst().owner().id())
                .isEqualTo(UserRecord.ROOT_ID);
        assertThat(all.deleteMarkers()).extracting(DeleteMarkerEntry::versionId)
                .containsExactly(gone);
        assertThat(all.deleteMarkers().getFirst().isLatest()).isTrue();
        assertThat(all.isTruncated()).isFalse();
        ListObjectVersionsResponse page =
                server.client.listObjectVersions(b -> b.bucket("music").maxKeys(1));
        assertThat(page.isTruncated()).isTrue();
        assertThat(page.nextKeyMarker()).isEqualTo("a");
        assertThat(page.nextVersionIdMarker()).isEqualTo(one);
        assertRefused("InvalidArgument", 400, () -> server.client.listObjectVersions(
                b -> b.bucket("music").versionIdMarker(one)));
        assertRefused("InvalidArgument", 400, () -> server.client.listObjectVersions(
                b -> b.bucket("music").keyMarker("a").versionIdMarker("x")));
    }

    @Test
    void shouldCopyAVersion() {
        keep(BucketVersioningStatus.ENABLED);
        String one = put("a", "one");
        put("a", "two");
        CopyObjectResponse copied = server.client.copyObject(b -> b.sourceBucket("music")
                .sourceKey("a").sourceVersionId(one).destinationBucket("music")
                .destinationKey("a"));
        assertThat(copied.copySourceVersionId()).isEqualTo(one);
        assertThat(get("a", copied.versionId())).isEqualTo("one");
        String marker = delete("a", null).versionId();
        assertRefused("InvalidRequest", 400, () -> server.client.copyObject(
                b -> b.sourceBucket("music").sourceKey("a").sourceVersionId(marker)
                        .destinationBucket("music").destinationKey("b")));
        assertRefused("NoSuchKey", 404, () -> server.client.copyObject(
                b -> b.sourceBucket("music").sourceKey("a")
                        .destinationBucket("music").destinationKey("b")));
    }

    @Test
    void shouldMakeAVersionOfAnUpload() {
        keep(BucketVersioningStatus.ENABLED);
        String one = put("a", "one");
        put("a", "two");
        CreateMultipartUploadResponse upload = server.client.createMultipartUpload(
                b -> b.bucket("music").key("a"));
        UploadPartCopyResponse part = server.client.uploadPartCopy(b -> b.sourceBucket("music")
                .sourceKey("a").sourceVersionId(one).destinationBucket("music")
                .destinationKey("a").uploadId(upload.uploadId()).partNumber(1));
        assertThat(part.copySourceVersionId()).isEqualTo(one);
        CompleteMultipartUploadResponse done = server.client.completeMultipartUpload(
                b -> b.bucket("music").key("a").uploadId(upload.uploadId())
                        .multipartUpload(m -> m.parts(CompletedPart.builder().partNumber(1)
                                .eTag(part.copyPartResult().eTag()).build())));
        assertThat(get("a", done.versionId())).isEqualTo("one");
        assertThat(list().versions()).hasSize(3);
    }

    @Test
    void shouldDeleteManyVersionsAtOnce() {
        keep(BucketVersioningStatus.ENABLED);
        String one = put("a", "one");
        String marker = delete("a", null).versionId();
        var answer = server.client.deleteObjects(b -> b.bucket("music").delete(d -> d.objects(
                ObjectIdentifier.builder().key("a").versionId(one).build(),
                ObjectIdentifier.builder().key("a").versionId(marker).build(),
                ObjectIdentifier.builder().key("b").build(),
                ObjectIdentifier.builder().key("c").versionId("no-version").build())));
        List<DeletedObject> deleted = answer.deleted();
        assertThat(deleted.get(0).versionId()).isEqualTo(one);
        assertThat(deleted.get(0).deleteMarker()).isNull();
        assertThat(deleted.get(1).versionId()).isEqualTo(marker);
        assertThat(deleted.get(1).deleteMarker()).isTrue();
        assertThat(deleted.get(1).deleteMarkerVersionId()).isEqualTo(marker);
        assertThat(deleted.get(2).versionId()).isNull();
        assertThat(deleted.get(2).deleteMarker()).isTrue();
        assertThat(answer.errors()).hasSize(1);
        assertThat(answer.errors().getFirst().code()).isEqualTo("InvalidArgument");
        assertThat(answer.errors().getFirst().versionId()).isEqualTo("no-version");
        assertThat(list().deleteMarkers()).extracting(DeleteMarkerEntry::versionId)
                .containsExactly(deleted.get(2).deleteMarkerVersionId());
    }

    @Test
    void shouldKeepABucketThatHasAMarker() {
        keep(BucketVersioningStatus.ENABLED);
        delete("a", null);
        assertThatThrownBy(() -> server.client.deleteBucket(b -> b.bucket("music")))
                .isInstanceOf(S3Exception.class).hasMessageContaining("not empty");
    }
}
