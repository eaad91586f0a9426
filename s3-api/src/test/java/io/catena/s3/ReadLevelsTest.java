package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Response;

/// Reads at CRAQ's weaker levels, as the AWS SDK sends their headers.
final class ReadLevelsTest {
    private static final Map<String, String> STRONG = Map.of();
    private static final Map<String, String> EVENTUAL = Map.of("x-catena-read-level", "eventual");
    private static final Map<String, String> BOUNDED = Map.of("x-catena-read-level", "bounded",
            "x-catena-stale-millis-max", "5000", "x-catena-stale-versions-max", "3");

    private GatewayServer server;

    @BeforeEach
    void start() {
        server = new GatewayServer();
        server.client.createBucket(b -> b.bucket("music"));
        put(STRONG);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void with(
            Map<String, String> headers, AwsRequestOverrideConfiguration.Builder to) {
        headers.forEach(to::putHeader);
    }

    private void put(Map<String, String> headers) {
        server.client.putObject(b -> b.bucket("music").key("a")
                .overrideConfiguration(o -> with(headers, o)), RequestBody.fromString("x"));
    }

    private S3Response get(Map<String, String> headers) {
        var got = server.client.getObjectAsBytes(b -> b.bucket("music").key("a")
                .overrideConfiguration(o -> with(headers, o)));
        assertThat(got.asUtf8String()).isEqualTo("x");
        return got.response();
    }

    private S3Response head(Map<String, String> headers) {
        return server.client.headObject(b -> b.bucket("music").key("a")
                .overrideConfiguration(o -> with(headers, o)));
    }

    private S3Response list(Map<String, String> headers) {
        var listing = server.client.listObjectsV2(b -> b.bucket("music")
                .overrideConfiguration(o -> with(headers, o)));
        assertThat(listing.contents()).hasSize(1);
        return listing;
    }

    private S3Response listV1(Map<String, String> headers) {
        return server.client.listObjects(b -> b.bucket("music")
                .overrideConfiguration(o -> with(headers, o)));
    }

    private static void assertLevel(S3Response response, String level) {
        assertThat(response.sdkHttpResponse().firstMatchingHeader("x-catena-read-level"))
                .hasValue(level);
    }

    @Test
    void shouldServeWeakReadsWithoutALeaseAndSayThatTheyAre() {
        server.storage.leased = false;
        for (var level : Map.of("eventual", EVENTUAL, "bounded", BOUNDED).entrySet()) {
            assertLevel(get(level.getValue()), level.getKey());
            assertLevel(head(level.getValue()), level.getKey());
            assertLevel(list(level.getValue()), level.getKey());
            assertLevel(listV1(level.getValue()), level.getKey());
        }
    }

    @Test
    void shouldReadStronglyUnlessAskedOtherwise() {
        assertThat(get(STRONG).sdkHttpResponse()
                .firstMatchingHeader("x-catena-read-level")).isEmpty();
        server.storage.leased = false;

        assertRefused(503, () -> get(STRONG));
        assertRefused(503, () -> get(Map.of("x-catena-read-level", "strong")));
        assertRefused(503, () -> list(STRONG));
        assertRefused(503, () -> get(Map.of(
                "x-catena-read-level", "bounded", "x-catena-stale-millis-max", "999")));
    }

    @Test
    void shouldKeepEverythingElseStrong() {
        put(EVENTUAL);
        server.storage.leased = false;

        assertRefused(503, () -> put(EVENTUAL));
        assertRefused(503, () -> server.client.headBucket(b -> b.bucket("music")
                .overrideConfiguration(o -> with(EVENTUAL, o))));
        assertRefused(503, () -> server.client.getObjectAcl(b -> b.bucket("music").key("a")
                .overrideConfiguration(o -> with(EVENTUAL, o))));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "stale, -, -", "'', -, -", "eventual, 5, -", "strong, -, 5", "-, 5, -", "bounded, -, -",
        "bounded, -1, -", "bounded, 1.5, -", "bounded, -, x", "bounded, '', 1",
        "bounded, 31536000001, -", "bounded, -, 9999999999999999999"})
    void shouldRefuseWhatMeansNothing(String level, String millis, String versions) {
        Map<String, String> headers = new java.util.TreeMap<>();
        putUnlessNull(headers, "x-catena-read-level", level);
        putUnlessNull(headers, "x-catena-stale-millis-max", millis);
        putUnlessNull(headers, "x-catena-stale-versions-max", versions);

        assertThatThrownBy(() -> get(headers)).isInstanceOfSatisfying(S3Exception.class, e -> {
            assertThat(e.statusCode()).isEqualTo(400);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidArgument");
        });
    }

    private static void putUnlessNull(Map<String, String> headers, String name, String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    private static void assertRefused(int status, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(S3Exception.class,
                e -> assertThat(e.statusCode()).isEqualTo(status));
    }
}
