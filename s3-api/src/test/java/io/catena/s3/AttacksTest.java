package io.catena.s3;

import static io.catena.s3.RawRequest.SIGNED_CHUNKS;
import static io.catena.s3.RawRequest.SIGNED_TRAILER;
import static io.catena.s3.RawRequest.UNSIGNED_TRAILER;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.Bytes;
import io.catena.s3.RawRequest.Response;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What must be refused, and must leave nothing behind.
final class AttacksTest {
    private static GatewayServer server;

    @BeforeAll
    static void start() {
        server = new GatewayServer();
        server.client.createBucket(b -> b.bucket("music"));
        server.client.putObject(b -> b.bucket("music").key("secret"),
                software.amazon.awssdk.core.sync.RequestBody.fromString("s"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// Every attack here is on key "a"; none may create it.
    @AfterEach
    void nothingWasStored() {
        server.storage.failure = null;
        assertThat(server.storage.find(server.storage.bucket("music").orElseThrow(),
                Bytes.utf8("a")).result()).isEmpty();
    }

    private static void assertRefused(Response response, int status, String code) {
        assertThat(response.body()).contains("<Code>" + code + "</Code>");
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.head()).contains("x-amz-request-id", "x-amz-id-2");
    }

    private static RawRequest put() {
        return new RawRequest("PUT", "/music/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /music/secret", "GET /music/nothing", "PUT /music/a", "GET /",
            "DELETE /music/secret", "GET /nobucket", "GET /music?policy", "OPTIONS /music/a"})
    void shouldTellStrangersNothing(String line) {
        assertRefused(RawRequest.sendBytes(server.port, line
                + " HTTP/1.1\r\nHost: h\r\nIf-None-Match: *\r\nContent-Length: 0\r\n\r\n"),
                403, "AccessDenied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/music/a", "/music/a?partNumber=1&uploadId=1"})
    void shouldCheckTheSignatureOfUnsignedTrailerUploads(String target) {
        // CVE-2025-31489
        assertRefused(new RawRequest("PUT", target).payload(UNSIGNED_TRAILER)
                .header("x-amz-decoded-content-length", "1").secret("wrong")
                .send(server.port, "1\r\nx\r\n0\r\n\r\n"), 403, "SignatureDoesNotMatch");
    }

    @Test
    void shouldRefuseUnsignedAmzHeader() {
        // CVE-2026-94368: turns an upload into a copy of what its sender may not read.
        assertRefused(put().line("x-amz-copy-source: /music/secret").send(server.port, "x"),
                403, "AccessDenied");
    }

    @Test
    void shouldRefusePresignedRequestsForMoreThanAWeek() {
        assertRefused(RawRequest.sendBytes(server.port,
                "PUT /music/a?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3"
                + "%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=999999&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeee HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"),
                400, "AuthorizationQueryParametersError");
    }

    @Test
    void shouldRefuseOtherRegionsTimesAndKeys() {
        assertRefused(put().region("eu-west-1").send(server.port, "x"),
                400, "AuthorizationHeaderMalformed");
        assertRefused(put().time(Instant.now().minus(Duration.ofMinutes(16)))
                .send(server.port, "x"),
                403, "RequestTimeTooSkewed");
        assertRefused(put().time(Instant.now().plus(Duration.ofMinutes(16))).send(server.port, "x"),
                403, "RequestTimeTooSkewed");
        assertRefused(put().secret("other").send(server.port, "x"), 403, "SignatureDoesNotMatch");
    }

    @ParameterizedTest
    @CsvSource({
        "AWS AKIAIOSFODNN7EXAMPLE:c2ln, InvalidRequest",
        "Bearer x, InvalidRequest",
        "AWS4-HMAC-SHA256 Credential=x, AuthorizationHeaderMalformed",
        "AWS4-HMAC-SHA256 x, AuthorizationHeaderMalformed"
    })
    void shouldRefuseOtherAuthorizations(String authorization, String code) {
        assertRefused(RawRequest.sendBytes(server.port, "GET /music/secret HTTP/1.1\r\nHost: h\r\n"
                + "Authorization: " + authorization + "\r\n\r\n"), 400, code);
    }

    @Test
    void shouldRefuseTwoWaysOfSigningAtOnce() {
        assertRefused(new RawRequest("GET", "/music/secret?X-Amz-Algorithm=AWS4-HMAC-SHA256")
                .send(server.port, ""), 400, "InvalidArgument");
    }

    @Test
    void shouldRefuseDuplicateHeaders() {
        assertRefused(put().line("Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==")
                .line("Content-MD5: nXmbTKuJxnvvvvvvvvvvvv==").send(server.port, "x"),
                400, "InvalidArgument");
    }

    @Test
    void shouldRefuseAnotherBodyThanTheSignedOne() {
        assertRefused(put().payload(RawRequest.sha256("y")).send(server.port, "x"),
                400, "XAmzContentSHA256Mismatch");
        assertRefused(put().line("Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==").send(server.port, "x"),
                400, "BadDigest");
        assertRefused(put().line("Content-MD5: AAAA").send(server.port, "x"), 400, "InvalidDigest");
        assertRefused(put().header("x-amz-checksum-crc32", RawRequest.crc32("y"))
                .send(server.port, "x"), 400, "BadDigest");
        assertRefused(put().header("x-amz-checksum-crc32", "AAAA")
                .send(server.port, "x"), 400, "InvalidRequest");
        assertRefused(put().header("x-amz-sdk-checksum-algorithm", "CRC32")
                .send(server.port, "x"), 400, "InvalidRequest");
    }

    @Test
    void shouldNeverStoreFramingAsContent() {
        assertRefused(put().header("x-amz-decoded-content-length", "1")
                .line("Content-Encoding: aws-chunked").send(server.port, "1\r\nx\r\n0\r\n\r\n"),
                400, "InvalidRequest");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "2\r\nx\r\n0\r\n\r\n", "1\r\nxx\r\n0\r\n\r\n", "1\r\nx\r\n", "1\r\nx\r\n0\r\n",
        "1\r\nx\r\n0\r\n\r\nmore", "-1\r\nx\r\n0\r\n\r\n", "+1\r\nx\r\n0\r\n\r\n",
        "0x1\r\nx\r\n0\r\n\r\n", "ffffffffffffffff1\r\nx\r\n0\r\n\r\n", "1 \r\nx\r\n0\r\n\r\n",
        "1;a=b\r\nx\r\n0\r\n\r\n", "1\nx\n0\n\n", "\r\n1\r\nx\r\n0\r\n\r\n", "0\r\n\r\n", "",
        "1\r\nx\r\n1\r\nx\r\n0\r\n\r\n", "1\r\nx\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"})
    void shouldRefuseBrokenFraming(String body) {
        Response response = put().payload(UNSIGNED_TRAILER)
                .header("x-amz-decoded-content-length", "1").send(server.port, body);
        assertThat(response.status()).isEqualTo(400);
    }

    @Test
    void shouldBoundTheLengthOfAChunkHeader() {
        assertRefused(put().payload(UNSIGNED_TRAILER).header("x-amz-decoded-content-length", "1")
                .send(server.port, "1".repeat(100_000)), 400, "InvalidRequest");
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"x-amz-checksum-crc32:AAAAAA==\r\n", "", "x-amz-checksum-sha1:AAAA\r\n"})
    void shouldEnforceTheAnnouncedTrailer(String trailer) {
        Response response = put().payload(UNSIGNED_TRAILER).header("x-amz-trailer",
                        "x-amz-checksum-crc32").header("x-amz-decoded-content-length", "1")
                .send(server.port, "1\r\nx\r\n0\r\n" + trailer + "\r\n");
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.hasCode("BadDigest") || response.hasCode("MalformedTrailerError"))
                .isTrue();
    }

    @Test
    void shouldVerifyTheChainOfChunkSignatures() {
        RawRequest request = put().payload(SIGNED_CHUNKS)
                .header("x-amz-decoded-content-length", "4");
        String body = request.signedChunks("ab", "cd", "");
        int second = body.indexOf("2;", 1);
        int last = body.indexOf("0;");
        String swapped = body.substring(second, last) + body.substring(0, second)
                + body.substring(last);
        for (String forged : new String[] {body.replace("ab", "xb"), swapped,
                body.replace("2;chunk-signature", "2;chunk-signaturf"),
                body.substring(0, last) + "0;chunk-signature=" + "0".repeat(64) + "\r\n\r\n"}) {
            Response response = put().payload(SIGNED_CHUNKS)
                    .header("x-amz-decoded-content-length", "4").send(server.port, forged);
            assertThat(response.status()).isIn(400, 403);
        }
    }

    @Test
    void shouldVerifyTheSignatureOfTheTrailer() {
        RawRequest request = put().payload(SIGNED_TRAILER)
                .header("x-amz-trailer", "x-amz-checksum-crc32")
                .header("x-amz-decoded-content-length", "1");
        String chunks = request.signedChunks("x", "");
        assertRefused(request.send(server.port, chunks + "x-amz-checksum-crc32:"
                + RawRequest.crc32("x") + "\r\nx-amz-trailer-signature:" + "0".repeat(64)
                + "\r\n\r\n"), 403, "SignatureDoesNotMatch");
    }

    @Test
    void shouldRefuseBodiesWithoutLengthAndTooLongOnes() {
        assertRefused(put().line("Transfer-Encoding: chunked").send(server.port, "0\r\n\r\n"),
                411, "MissingContentLength");
        assertRefused(put().payload(UNSIGNED_TRAILER)
                .header("x-amz-decoded-content-length", "5368709121").send(server.port, "x"),
                400, "EntityTooLarge");
    }

    @Test
    void shouldRefuseWhatIsNotBuilt() {
        for (String query : new String[] {"acl=", "tagging=", "policy=", "unheard-of="}) {
            assertRefused(new RawRequest("PUT", "/music/a?" + query).send(server.port, "x"),
                    501, "NotImplemented");
            assertRefused(new RawRequest("PUT", "/music?" + query).send(server.port, "x"),
                    501, "NotImplemented");
        }
        assertRefused(put().header("x-amz-server-side-encryption", "AES256").send(server.port, "x"),
                501, "NotImplemented");
        assertRefused(put().header("x-amz-tagging", "a=b").send(server.port, "x"),
                501, "NotImplemented");
        assertRefused(put().header("x-amz-acl", "public-read").send(server.port, "x"),
                400, "AccessControlListNotSupported");
        assertRefused(put().header("x-amz-storage-class", "GLACIER").send(server.port, "x"),
                400, "InvalidStorageClass");
    }

    @Test
    void shouldRefuseBadNames() {
        assertRefused(new RawRequest("PUT", "/music/" + "k".repeat(1_025)).send(server.port, "x"),
                400, "KeyTooLongError");
        assertRefused(new RawRequest("PUT", "/music/%ff").send(server.port, "x"), 400,
                "InvalidURI");
        assertRefused(new RawRequest("PUT", "/music/%zz").send(server.port, "x"), 400,
                "InvalidURI");
        for (String bucket : new String[] {"ab", "Music", "a..b", "1.2.3.4", "-ab", "..", "a%2Fb",
                "%2e%2e", "xn--a1", "b".repeat(64)}) {
            assertRefused(new RawRequest("PUT", "/" + bucket).send(server.port, ""),
                    400, "InvalidBucketName");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Delete><Object><Key>&x;</Key>"
                + "</Object></Delete>",
        "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]><Delete><Object><Key>&c;</Key>"
                + "</Object></Delete>",
        "<Delete><a><a><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a></a></a></Delete>",
        "<Delete><Object>", "<Delete></Delete>", "<Other><Object><Key>a</Key></Object></Other>",
        "", "nonsense"})
    void shouldRefuseHostileXml(String document) {
        assertRefused(new RawRequest("POST", "/music?delete=")
                .header("x-amz-checksum-crc32", RawRequest.crc32(document))
                .send(server.port, document), 400, "MalformedXML");
    }

    @Test
    void shouldRefuseXmlThatIsTooLong() {
        assertRefused(new RawRequest("POST", "/music?delete=")
                .header("x-amz-checksum-crc32", "AAAAAA==")
                .line("Expect: 100-continue")
                .send(server.port, " ".repeat(2 * 1024 * 1024 + 1)), 400, "MalformedXML");
    }

    @Test
    void shouldNotAskForTheBodyOfARefusedUpload() {
        String answer = RawRequest.sendBytes(server.port, "PUT /music/a HTTP/1.1\r\nHost: h\r\n"
                + "Expect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n").head();
        assertThat(answer).startsWith("HTTP/1.1 403").contains("Connection: close");
    }

    @Test
    void shouldAnswerBrokenHttpInS3sForm() {
        assertRefused(RawRequest.sendBytes(server.port, "GET /" + "a".repeat(20_000)
                + " HTTP/1.1\r\nHost: h\r\n\r\n"), 414, "RequestURITooLong");
        assertRefused(RawRequest.sendBytes(server.port, "GET / HTTP/1.1\r\nHost: h\r\nx: "
                + "a".repeat(40_000) + "\r\n\r\n"), 400, "RequestHeaderSectionTooLarge");
        assertRefused(RawRequest.sendBytes(server.port, "GET / HTTP/1.1\r\n\r\n"), 400,
                "BadRequest");
    }

    @Test
    void shouldTellWhyStorageCannotAnswer() {
        server.storage.failure =
                new StorageException(StorageException.Kind.UNAVAILABLE, "no lease from the master");
        Response response = put().send(server.port, "x");
        assertRefused(response, 503, "ServiceUnavailable");
        assertThat(response.body()).contains("no lease from the master");
        assertThat(response.head()).contains("Retry-After: 1");
    }
}
