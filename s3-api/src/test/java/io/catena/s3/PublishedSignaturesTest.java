package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.s3.RawRequest.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The examples of "Signature Calculations for the Authorization Header" and "Using Query
/// Parameters" in the S3 API reference, sent at their time: an answer other than a refusal by the
/// authenticator shows that the signature was found good.
final class PublishedSignaturesTest {
    private static final String EMPTY =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String PRESIGNED = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

    private GatewayServer server;
    private Instant now = Instant.parse("2013-05-24T00:00:00Z");

    @BeforeEach
    void start() {
        InstantSource clock = () -> now;
        server = new GatewayServer(
                new S3Settings("us-east-1", List.of("s3.amazonaws.com"), 60), clock);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Response send(
            String line, String headers, String payload, String signedHeaders, String signature) {
        return RawRequest.sendBytes(server.port, line + " HTTP/1.1\r\n"
                + "Host: examplebucket.s3.amazonaws.com\r\n" + headers
                + "x-amz-content-sha256: " + payload + "\r\n"
                + "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524"
                + "/us-east-1/s3/aws4_request,SignedHeaders=" + signedHeaders
                + ",Signature=" + signature + "\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/?lifecycle,fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        "/?max-keys=2&prefix=J,34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    })
    void shouldAcceptTheBucketExamples(String target, String signature) {
        Response response = send("GET " + target, "x-amz-date: 20130524T000000Z\r\n", EMPTY,
                "host;x-amz-content-sha256;x-amz-date", signature);
        assertThat(response.hasCode("NoSuchBucket")).as(response.body()).isTrue();
    }

    @Test
    void shouldAcceptTheGetObjectExample() {
        Response response = send("GET /test.txt",
                "Range: bytes=0-9\r\nx-amz-date: 20130524T000000Z\r\n", EMPTY,
                "host;range;x-amz-content-sha256;x-amz-date",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
        assertThat(response.hasCode("NoSuchBucket")).as(response.body()).isTrue();
    }

    @Test
    void shouldAcceptThePutObjectExample() {
        Response response = send("PUT /test%24file.text",
                "Date: Fri, 24 May 2013 00:00:00 GMT\r\nx-amz-date: 20130524T000000Z\r\n"
                        + "x-amz-storage-class: REDUCED_REDUNDANCY\r\nContent-Length: 0\r\n",
                "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
        assertThat(response.hasCode("InvalidStorageClass")).as(response.body()).isTrue();
    }

    @Test
    void shouldAcceptThePresignedExampleUntilItExpires() {
        String request = "GET " + PRESIGNED
                + " HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n";
        now = Instant.parse("2013-05-24T23:59:59Z");
        assertThat(RawRequest.sendBytes(server.port, request + "\r\n").hasCode("NoSuchBucket"))
                .isTrue();
        assertThat(RawRequest.sendBytes(server.port, request + "x-amz-acl: private\r\n\r\n").body())
                .contains("not signed: x-amz-acl");
        now = Instant.parse("2013-05-25T00:00:01Z");
        assertThat(RawRequest.sendBytes(server.port, request + "\r\n").body())
                .contains("Request has expired");
        now = Instant.parse("2013-05-23T23:44:00Z");
        assertThat(RawRequest.sendBytes(server.port, request + "\r\n")
                .hasCode("RequestTimeTooSkewed")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"86400,86401", "test.txt,test.tx", "aeeed9,beeed9", "SHA256&,SHA256&a=b&",
            "X-Amz-Expires=86400,X-Amz-Expires=86400&X-Amz-Expires=86400"})
    void shouldRefuseAChangedPresignedRequest(String from, String to) {
        Response response = RawRequest.sendBytes(server.port, "GET " + PRESIGNED.replace(from, to)
                + " HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\r\n");
        assertThat(response.status()).isIn(400, 403);
        assertThat(response.hasCode("SignatureDoesNotMatch") || response.hasCode("InvalidArgument"))
                .isTrue();
    }

    @Test
    void shouldRefuseAPresignedRequestWithAnotherMethod() {
        Response response = RawRequest.sendBytes(server.port, "DELETE " + PRESIGNED
                + " HTTP/1.1\r\nHost: examplebucket.s3.amazonaws.com\r\n\r\n");
        assertThat(response.hasCode("SignatureDoesNotMatch")).isTrue();
    }
}
