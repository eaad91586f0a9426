package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Objects as the AWS SDK sees them.
final class ObjectsTest {
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

    private void put(String key, String text) {
        server.client.putObject(b -> b.bucket("music").key(key), RequestBody.fromString(text));
    }

    private String get(String key) {
        return server.client.getObjectAsBytes(b -> b.bucket("music").key(key)).asUtf8String();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8_192, 131_072, 131_073, 5_000_000})
    void shouldGiveBackTheBytesOfAnySize(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        server.client.putObject(b -> b.bucket("music").key("a"), RequestBody.fromBytes(bytes));
        assertThat(server.client.getObjectAsBytes(b -> b.bucket("music").key("a")).asByteArray())
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource(value = ChecksumAlgorithm.class, names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
    void shouldVerifyKeepAndShowTheChecksumOfTheClient(ChecksumAlgorithm algorithm) {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        server.client.putObject(
                b -> b.bucket("music").key("a").checksumAlgorithm(algorithm),
                RequestBody.fromBytes(bytes));
        // The SDK verifies the checksum that comes back.
        GetObjectResponse got = server.client.getObjectAsBytes(
                b -> b.bucket("music").key("a").checksumMode(ChecksumMode.ENABLED)).response();
        assertThat(got.checksumTypeAsString()).isEqualTo("FULL_OBJECT");
    }

    @Test
    void shouldKeepHeadersAndMetadata() {
        server.client.putObject(b -> b.bucket("music").key("a").contentType("audio/flac")
                        .cacheControl("no-store").contentEncoding("gzip").contentLanguage("de")
                        .contentDisposition("attachment").metadata(Map.of("Artist", "Nina")),
                RequestBody.fromString("x"));
        HeadObjectResponse head = server.client.headObject(b -> b.bucket("music").key("a"));
        assertThat(head.contentType()).isEqualTo("audio/flac");
        assertThat(head.cacheControl()).isEqualTo("no-store");
        assertThat(head.contentEncoding()).isEqualTo("gzip");
        assertThat(head.contentLanguage()).isEqualTo("de");
        assertThat(head.contentDisposition()).isEqualTo("attachment");
        assertThat(head.metadata()).containsEntry("artist", "Nina");
        assertThat(head.contentLength()).isEqualTo(1);
        assertThat(head.eTag()).isEqualTo("\"9dd4e461268c8034f5c8564e155c67a6\"");
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"a b+c", "../up", "a//b", "./a", "%2F", "ä/ö?x=1&y#z", "a\u0001b", "/lead"})
    void shouldTakeKeysAsTheyAre(String key) {
        put(key, key);
        assertThat(get(key)).isEqualTo(key);
        assertThat(server.client.listObjectsV2(b -> b.bucket("music").encodingType("url"))
                .contents()).extracting(S3Object::key).containsExactly(key);
    }

    @Test
    void shouldAnswerNoSuchKeyForWhatIsNotThere() {
        assertThatThrownBy(() -> get("nothing")).isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void shouldServeRanges() {
        put("a", "0123456789");
        assertThat(range("bytes=2-4")).isEqualTo("234");
        assertThat(range("bytes=7-")).isEqualTo("789");
        assertThat(range("bytes=-2")).isEqualTo("89");
        assertThat(range("bytes=8-100")).isEqualTo("89");
        assertThat(range("bytes=0-1,4-5")).isEqualTo("0123456789");
        assertThatThrownBy(() -> range("bytes=10-")).isInstanceOfSatisfying(
                S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(416));
    }

    private String range(String range) {
        return server.client.getObjectAsBytes(b -> b.bucket("music").key("a").range(range))
                .asUtf8String();
    }

    @Test
    void shouldJudgeConditionsOfReads() {
        put("a", "x");
        String etag = server.client.headObject(b -> b.bucket("music").key("a")).eTag();
        assertStatus(412, () -> server.client.getObjectAsBytes(
                b -> b.bucket("music").key("a").ifMatch("\"other\"")));
        assertStatus(304, () -> server.client.getObjectAsBytes(
                b -> b.bucket("music").key("a").ifNoneMatch(etag)));
        assertThat(server.client.getObjectAsBytes(
                b -> b.bucket("music").key("a").ifMatch(etag)).asUtf8String()).isEqualTo("x");
    }

    @Test
    void shouldJudgeConditionsOfWrites() {
        put("a", "x");
        assertStatus(412, () -> server.client.putObject(
                b -> b.bucket("music").key("a").ifNoneMatch("*"), RequestBody.fromString("y")));
        assertStatus(412, () -> server.client.putObject(
                b -> b.bucket("music").key("a").ifMatch("\"other\""), RequestBody.fromString("y")));
        assertStatus(404, () -> server.client.putObject(
                b -> b.bucket("music").key("b").ifMatch("\"other\""), RequestBody.fromString("y")));
        assertThat(get("a")).isEqualTo("x");
    }

    private static void assertStatus(int status, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(
                S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(status));
    }

    @Test
    void shouldListPageByPageWithDelimiter() {
        List.of("a/1", "a/2", "b", "c/1", "d").forEach(key -> put(key, key));
        ListObjectsV2Response first = server.client.listObjectsV2(
                b -> b.bucket("music").delimiter("/").maxKeys(2));
        assertThat(first.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("a/");
        assertThat(first.contents()).extracting(S3Object::key).containsExactly("b");
        assertThat(first.isTruncated()).isTrue();
        ListObjectsV2Response second = server.client.listObjectsV2(b -> b.bucket("music")
                .delimiter("/").continuationToken(first.nextContinuationToken()));
        assertThat(second.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("c/");
        assertThat(second.contents()).extracting(S3Object::key).containsExactly("d");
        assertThat(second.isTruncated()).isFalse();
        assertThat(server.client.listObjects(b -> b.bucket("music").marker("b").prefix("c"))
                .contents()).extracting(S3Object::key).containsExactly("c/1");
    }

    @Test
    void shouldDeleteOneAndMany() {
        List.of("a", "b", "c").forEach(key -> put(key, key));
        server.client.deleteObject(b -> b.bucket("music").key("a"));
        server.client.deleteObject(b -> b.bucket("music").key("a"));
        assertThat(server.client.deleteObjects(b -> b.bucket("music").delete(Delete.builder()
                .objects(ObjectIdentifier.builder().key("b").build(),
                        ObjectIdentifier.builder().key("x").build()).build())).deleted())
                                .hasSize(2);
        assertThat(server.client.listObjectsV2(b -> b.bucket("music")).contents())
                .extracting(S3Object::key).containsExactly("c");
    }

    @Test
    void shouldCopyWithAndWithoutNewMetadata() {
        byte[] bytes = new byte[3_000_000];
        new Random(5).nextBytes(bytes);
        server.client.putObject(b -> b.bucket("music").key("a b").metadata(Map.of("k", "v")),
                RequestBody.fromBytes(bytes));
        server.client.copyObject(b -> b.sourceBucket("music").sourceKey("a b")
                .destinationBucket("music").destinationKey("c"));
        assertThat(server.client.getObjectAsBytes(b -> b.bucket("music").key("c")).asByteArray())
                .isEqualTo(bytes);
        assertThat(server.client.headObject(b -> b.bucket("music").key("c")).metadata())
                .containsEntry("k", "v");
        assertStatus(400, () -> server.client.copyObject(b -> b.sourceBucket("music").sourceKey("c")
                .destinationBucket("music").destinationKey("c")));
        server.client.copyObject(b -> b.sourceBucket("music").sourceKey("c")
                .destinationBucket("music").destinationKey("c").metadata(Map.of("k", "w"))
                .metadataDirective(MetadataDirective.REPLACE));
        assertThat(server.client.headObject(b -> b.bucket("music").key("c")).metadata())
                .containsEntry("k", "w");
    }
}
