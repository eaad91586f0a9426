package io.catena.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.admin.ApiServer.Answer;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.UserRecord;
import io.catena.s3.auth.RequestSigner;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is answered, and what of HTTP is taken.
final class AdminAccessTest {
    private static final String BODY = "{\"displayName\":\"Ada\"}";

    private final AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Instant.now().plus(later.get());
    private final ApiServer api = new ApiServer(clock);

    @AfterEach
    void stop() {
        api.close();
    }

    private Answer send(AccessKey key, String service, String method, String target, String body) {
        return ApiServer.answer(api.send(key, service, method, target, body));
    }

    private static RequestSigner signer() {
        return new RequestSigner(MemoryCluster.ROOT_KEY.id(), MemoryCluster.ROOT_KEY.secret(),
                AdminApi.SERVICE, "us-east-1");
    }

    private SortedMap<String, String> signed(String method, URI uri, String body) {
        SortedMap<String, String> headers = signer().headers(
                method, uri, body.getBytes(StandardCharsets.UTF_8), Instant.now());
        headers.put("content-type", "application/json");
        return headers;
    }

    @Test
    void shouldAnswerNobodyWithoutASignature() {
        for (String target : new String[] {"/cluster", "/users", "/nothing"}) {
            Answer answer = ApiServer.answer(api.send(
                    "GET", URI.create(api.root + target), new TreeMap<>(), ""));
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body().fieldNames())
                    .containsExactlyInAnyOrder("code", "message", "requestId");
        }
    }

    @Test
    void shouldAnswerAdministratorsOnly() {
        AccessKey adas = new AccessKey("ADAS", "adas-secret", "ada", true, 1);
        api.cluster.keys.put("ADAS", adas);
        api.cluster.users.put("ada", new UserRecord("ada", "Ada", "", false, false, 1));
        assertThat(send(adas, AdminApi.SERVICE, "GET", "/cluster", "").code())
                .isEqualTo("AccessDenied");
        api.cluster.users.put("ada", new UserRecord("ada", "Ada", "", true, false, 1));
        assertThat(send(adas, AdminApi.SERVICE, "GET", "/cluster", "").status()).isEqualTo(200);
        api.cluster.users.put("ada", new UserRecord("ada", "Ada", "", true, true, 1));
        assertThat(send(adas, AdminApi.SERVICE, "GET", "/cluster", "").code())
                .isEqualTo("InvalidAccessKeyId");
    }

    @Test
    void shouldRefuseAWrongSecretKeyOrService() {
        AccessKey wrong = AccessKey.ofRoot(MemoryCluster.ROOT_KEY.id(), "another");
        assertThat(send(wrong, AdminApi.SERVICE, "GET", "/cluster", "").code())
                .isEqualTo("SignatureDoesNotMatch");
        assertThat(send(AccessKey.ofRoot("NOBODY", "x"), AdminApi.SERVICE, "GET", "/cluster", "")
                .code()).isEqualTo("InvalidAccessKeyId");
        assertThat(send(MemoryCluster.ROOT_KEY, "s3", "GET", "/cluster", "").code())
                .isEqualTo("AuthorizationHeaderMalformed");
    }

    @Test
    void shouldRefuseAPresignedRequest() {
        URI uri = URI.create(api.root + "/cluster?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=ROOTKEY&X-Amz-Signature=0");
        assertThat(ApiServer.answer(api.send("GET", uri, new TreeMap<>(), "")).status())
                .isEqualTo(403);
    }

    @Test
    void shouldRefuseARequestOfAnotherTime() {
        later.set(Duration.ofMinutes(16));
        assertThat(send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, "GET", "/cluster", "").code())
                .isEqualTo("RequestTimeTooSkewed");
    }

    @Test
    void shouldRefuseWhatTheSignatureDoesNotCover() {
        URI uri = URI.create(api.root + "/users");
        SortedMap<String, String> headers = signed("POST", uri, BODY);
        String other = BODY.replace("Ada", "Eve");
        assertThat(ApiServer.answer(api.send("POST", uri, headers, other)).code())
                .isEqualTo("XAmzContentSHA256Mismatch");
        headers.put("x-amz-meta-x", "y");
        assertThat(ApiServer.answer(api.send("POST", uri, headers, BODY)).code())
                .isEqualTo("AccessDenied");
        assertThat(api.cluster.changes).isZero();
    }

    @Test
    void shouldBoundBodies() {
        String large = BODY + " ".repeat(JsonBody.BYTES_MAX);
        assertThat(send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, "POST", "/users", large)
                .status()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "7", "null", "{} x"})
    void shouldRefuseABodyThatIsNoObject(String body) {
        assertThat(send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, "POST", "/users", body)
                .code()).isEqualTo("MalformedJson");
    }

    @Test
    void shouldWantJson() {
        URI uri = URI.create(api.root + "/users");
        SortedMap<String, String> headers = signed("POST", uri, BODY);
        headers.put("content-type", "text/plain");
        assertThat(ApiServer.answer(api.send("POST", uri, headers, BODY)).status())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource({"GET,/nothing,404", "GET,/users/,404", "GET,//users,404", "GET,/users/a/b,404",
        "GET,/users/..,404", "DELETE,/cluster,405", "PUT,/users,405",
        "GET,/cluster?dryRun=true,400",
        "DELETE,/users/ada?dryrun=true,400", "GET,/users?limit=1&limit=2,400"})
    void shouldRouteStrictly(String method, String target, int status) {
        Answer answer = send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, method, target, "");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isNotEmpty();
    }

    @Test
    void shouldNotTakeAnEncodedSlashForOne() {
        api.cluster.keys.put("K", new AccessKey("K", "s", "ada", true, 1));
        assertThat(send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, "GET", "/users%2Fada", "")
                .code()).isEqualTo("NoSuchPath");
        assertThat(send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, "GET", "/users/a%2Fb", "")
                .code()).isEqualTo("NoSuchUser");
    }

    @Test
    void shouldNotListenToWhoFailsTooOften() {
        for (int i = 0; i < FailureRate.FAILURES_MAX; i++) {
            assertThat(send(AccessKey.ofRoot("NOBODY", "x"), AdminApi.SERVICE, "GET", "/cluster",
                    "").status()).isEqualTo(403);
        }
        assertThat(send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, "GET", "/cluster", "").code())
                .isEqualTo("TooManyFailures");
        later.set(Duration.ofMinutes(2));
        assertThat(send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, "GET", "/cluster", "")
                .status()).isEqualTo(200);
    }

    @Test
    void shouldSayWhenItMayNotKnow() {
        api.cluster.leased = false;
        Answer answer = send(MemoryCluster.ROOT_KEY, AdminApi.SERVICE, "GET", "/cluster", "");
        assertThat(answer.status()).isEqualTo(503);
    }

    @Test
    void shouldServeItsDescription() {
        Answer answer = ApiServer.answer(api.send(
                "GET", URI.create(api.root + "/openapi.json"), new TreeMap<>(), ""));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(new Contract().document);
        assertThat(answer.body().getString("openapi")).startsWith("3.1");
    }
}
