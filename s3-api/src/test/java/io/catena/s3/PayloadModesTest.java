package io.catena.s3;

import static io.catena.s3.RawRequest.SIGNED_CHUNKS;
import static io.catena.s3.RawRequest.SIGNED_TRAILER;
import static io.catena.s3.RawRequest.UNSIGNED_TRAILER;
import static org.assertj.core.api.Assertions.assertThat;

import io.catena.s3.RawRequest.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/// Every way in which a body may be protected stores the same bytes.
final class PayloadModesTest {
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

    private static RawRequest put() {
        return new RawRequest("PUT", "/music/a").line("Content-Encoding: aws-chunked");
    }

    private void assertStored(Response response, String content) {
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(server.client.getObjectAsBytes(b -> b.bucket("music").key("a")).asUtf8String())
                .isEqualTo(content);
        assertThat(server.client.headObject(b -> b.bucket("music").key("a")).contentEncoding())
                .isNull();
    }

    @Test
    void shouldStoreALiteralBody() {
        assertStored(put().payload(RawRequest.sha256("hello")).send(server.port, "hello"), "hello");
    }

    @Test
    void shouldStoreAnUnsignedBody() {
        assertStored(put().send(server.port, "hello"), "hello");
    }

    @Test
    void shouldStoreSignedChunks() {
        RawRequest request = put().payload(SIGNED_CHUNKS)
                .header("x-amz-decoded-content-length", "5");
        // Without a length of its own the request is signed the same.
        request.line("Transfer-Encoding: chunked");
        String body = request.signedChunks("hel", "lo", "") + "\r\n";
        String framed = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
        assertStored(request.send(server.port, framed), "hello");
    }

    @Test
    void shouldStoreSignedChunksWithTrailer() {
        RawRequest request = put().payload(SIGNED_TRAILER)
                .header("x-amz-trailer", "x-amz-checksum-crc32")
                .header("x-amz-decoded-content-length", "5");
        String chunks = request.signedChunks("hello", "");
        String checksum = "x-amz-checksum-crc32:" + RawRequest.crc32("hello");
        Response response = request.send(server.port, chunks + checksum
                + "\r\nx-amz-trailer-signature:" + request.trailerSignature(checksum + "\n")
                + "\r\n\r\n");
        assertStored(response, "hello");
        assertThat(response.head()).contains("x-amz-checksum-crc32: " + RawRequest.crc32("hello"));
    }

    @Test
    void shouldStoreUnsignedChunksWithTrailer() {
        assertStored(put().payload(UNSIGNED_TRAILER).header("x-amz-trailer", "x-amz-checksum-crc32")
                .header("x-amz-decoded-content-length", "5").send(server.port,
                        "2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32:"
                                + RawRequest.crc32("hello") + "\r\n\r\n"), "hello");
    }

    @Test
    void shouldComputeAChecksumWhenTheClientGivesNone() {
        Response response = put().send(server.port, "123456789");
        assertThat(response.head()).contains("x-amz-checksum-crc64nvme: rosUhgp5mIg=",
                "x-amz-checksum-type: FULL_OBJECT");
    }

    @Test
    void shouldServePresignedUploadsAndDownloads() throws Exception {
        try (S3Presigner presigner = S3Presigner.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + server.port))
                .region(Region.US_EAST_1)
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true)
                .build())
                .credentialsProvider(GatewayServer.credentials()).build();
                HttpClient http = HttpClient.newHttpClient()) {
            URI upload = presigner.presignPutObject(p -> p.signatureDuration(Duration.ofMinutes(1))
                    .putObjectRequest(b -> b.bucket("music").key("a b"))).url().toURI();
            HttpResponse<String> stored = http.send(HttpRequest.newBuilder(upload)
                    .PUT(HttpRequest.BodyPublishers.ofString("hello")).expectContinue(true).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
            URI download =
                    presigner.presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(1))
                    .getObjectRequest(b -> b.bucket("music").key("a b")
                            .responseContentType("text/x-presigned"))).url().toURI();
            HttpResponse<String> got = http.send(HttpRequest.newBuilder(download).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(got.body()).isEqualTo("hello");
            assertThat(got.headers().firstValue("content-type")).contains("text/x-presigned");
        }
    }

    @Test
    void shouldTellTheObserverWhatWasAnswered() {
        put().send(server.port, "hello");
        assertThat(server.answers).contains("CreateBucket 200", "PutObject 200");
    }

    @Test
    void shouldCutTheConnectionWhenBytesCannotBeReadToTheEnd() {
        String content = "x".repeat(200_000);
        assertStored(put().send(server.port, content), content);
        server.storage.readBytesBeforeFailure = 0;
        assertThat(new RawRequest("GET", "/music/a").send(server.port, "").status()).isEqualTo(500);
        server.storage.readBytesBeforeFailure = 64 * 1024;
        Response cut = new RawRequest("GET", "/music/a").send(server.port, "");
        assertThat(cut.head()).containsIgnoringCase("content-length: 200000");
        assertThat(cut.body().length()).isLessThan(200_000);
    }
}
