package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.s3.RawRequest.Response;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Buckets as the AWS SDK sees them.
final class BucketsTest {
    private GatewayServer server;

    @BeforeEach
    void start() {
        server = new GatewayServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldCreateHeadLocateAndDelete() {
        server.client.createBucket(b -> b.bucket("music"));
        server.client.createBucket(b -> b.bucket("music"));
        assertThat(server.client.headBucket(b -> b.bucket("music")).bucketRegion())
                .isEqualTo("us-east-1");
        assertThat(server.client.getBucketLocation(b -> b.bucket("music"))
                .locationConstraintAsString()).isNullOrEmpty();
        server.client.putObject(b -> b.bucket("music").key("a"), RequestBody.fromString("x"));
        assertThatThrownBy(() -> server.client.deleteBucket(b -> b.bucket("music")))
                .isInstanceOfSatisfying(S3Exception.class,
                        e -> assertThat(e.awsErrorDetails().errorCode())
                                .isEqualTo("BucketNotEmpty"));
        server.client.deleteObject(b -> b.bucket("music").key("a"));
        server.client.deleteBucket(b -> b.bucket("music"));
        assertThatThrownBy(() -> server.client.headBucket(b -> b.bucket("music")))
                .isInstanceOf(NoSuchBucketException.class);
    }

    @Test
    void shouldTellWhatTheObjectsComeToWhenAsked() {
        server.client.createBucket(b -> b.bucket("music"));
        server.client.putObject(b -> b.bucket("music").key("a"), RequestBody.fromString("xy"));
        server.client.putObject(b -> b.bucket("music").key("b"), RequestBody.fromString("z"));

        assertThat(head("false").firstMatchingHeader("x-catena-object-count")).isEmpty();
        SdkHttpResponse usage = head("true");
        assertThat(usage.firstMatchingHeader("x-catena-object-count")).contains("2");
        assertThat(usage.firstMatchingHeader("x-catena-version-count")).contains("2");
        assertThat(usage.firstMatchingHeader("x-catena-bytes-used")).contains("3");
        assertThatThrownBy(() -> head("yes")).isInstanceOfSatisfying(S3Exception.class,
                e -> assertThat(e.statusCode()).isEqualTo(400));
    }

    private SdkHttpResponse head(String usage) {
        return server.client.headBucket(b -> b.bucket("music").overrideConfiguration(
                o -> o.putHeader("x-catena-usage", usage))).sdkHttpResponse();
    }

    @Test
    void shouldRefuseToCreateAgainOutsideUsEast1() {
        try (GatewayServer other = new GatewayServer(
                new S3Settings("eu-west-1", List.of(), 60), InstantSource.system())) {
            String create = "<CreateBucketConfiguration><LocationConstraint>eu-west-1"
                    + "</LocationConstraint></CreateBucketConfiguration>";
            RawRequest request = new RawRequest("PUT", "/music").region("eu-west-1");
            assertThat(request.send(other.port, create).status()).isEqualTo(200);
            Response again = request.send(other.port, create);
            assertThat(again.status()).isEqualTo(409);
            assertThat(again.hasCode("BucketAlreadyOwnedByYou")).isTrue();
            assertThat(request.send(other.port, create.replace("eu-west-1", "mars"))
                    .hasCode("InvalidLocationConstraint")).isTrue();
        }
    }

    @Test
    void shouldListBucketsPageByPage() {
        List.of("aaa", "aab", "abb")
                .forEach(name -> server.client.createBucket(b -> b.bucket(name)));
        ListBucketsResponse page = server.client.listBuckets(b -> b.maxBuckets(1).prefix("aa"));
        assertThat(page.buckets()).extracting(Bucket::name).containsExactly("aaa");
        ListBucketsResponse rest = server.client.listBuckets(
                b -> b.prefix("aa").continuationToken(page.continuationToken()));
        assertThat(rest.buckets()).extracting(Bucket::name).containsExactly("aab");
        assertThat(rest.continuationToken()).isNull();
        assertThat(server.client.listBuckets().buckets()).hasSize(3);
    }

    @Test
    void shouldServeVirtualHosts() {
        server.client.createBucket(b -> b.bucket("music"));
        server.client.putObject(b -> b.bucket("music").key("a"), RequestBody.fromString("x"));
        assertThat(new RawRequest("GET", "/a").header("host", "music.s3.localhost:9000")
                .send(server.port, "").body()).isEqualTo("x");
        assertThat(new RawRequest("GET", "/").header("host", "music.s3.localhost")
                .send(server.port, "").body()).contains("<Key>a</Key>");
    }

    @ParameterizedTest
    @CsvSource({"policy, NoSuchBucketPolicy", "cors, NoSuchCORSConfiguration",
            "lifecycle, NoSuchLifecycleConfiguration", "tagging, NoSuchTagSet",
            "encryption, ServerSideEncryptionConfigurationNotFoundError",
            "object-lock, ObjectLockConfigurationNotFoundError",
            "website, NoSuchWebsiteConfiguration",
            "replication, ReplicationConfigurationNotFoundError",
            "ownershipControls, OwnershipControlsNotFoundError",
            "publicAccessBlock, NoSuchPublicAccessBlockConfiguration"})
    void shouldTellThatAConfigurationIsNotSet(String name, String code) {
        server.client.createBucket(b -> b.bucket("music"));
        Response response = new RawRequest("GET", "/music?" + name + "=").send(server.port, "");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.hasCode(code)).isTrue();
    }

    @Test
    void shouldTellWhatIsTrueOfEveryBucket() {
        server.client.createBucket(b -> b.bucket("music"));
        server.client.putObject(b -> b.bucket("music").key("a"), RequestBody.fromString("x"));
        assertThat(server.client.getBucketVersioning(b -> b.bucket("music")).status()).isNull();
        assertThat(server.client.getBucketAcl(b -> b.bucket("music")).grants()).hasSize(1);
        assertThat(server.client.getObjectAcl(b -> b.bucket("music").key("a")).grants()).hasSize(1);
        assertThat(server.client.getObjectTagging(b -> b.bucket("music").key("a")).tagSet())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-keys=x", "max-keys=-1", "encoding-type=xml",
            "continuation-token=%21&list-type=2"})
    void shouldRefuseBadListingArguments(String query) {
        server.client.createBucket(b -> b.bucket("music"));
        assertThat(new RawRequest("GET", "/music?" + query).send(server.port, "")
                .hasCode("InvalidArgument")).isTrue();
    }

    @Test
    void shouldShowKeysThatXmlCannotHold() {
        server.client.createBucket(b -> b.bucket("music"));
        server.client.putObject(b -> b.bucket("music").key("a\u0001<b>"),
                RequestBody.fromString("x"));
        assertThat(new RawRequest("GET", "/music").send(server.port, "").body()
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .asString(java.nio.charset.StandardCharsets.UTF_8)
                .contains("<Key>a\uFFFD&lt;b&gt;</Key>");
        assertThat(new RawRequest("GET", "/music?encoding-type=url").send(server.port, "").body())
                .contains("<Key>a%01%3Cb%3E</Key>");
    }
}
