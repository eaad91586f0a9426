package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;

/// HTTP/1.1 as clients, good and bad, speak it.
final class ProtocolTest {
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

    private String exchange(String... pieces) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port)) {
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            for (String piece : pieces) {
                socket.getOutputStream().write(piece.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            }
            socket.shutdownOutput();
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            }
        }
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws IOException {
        for (int i = 0; i < 3; i++) {
            String body = "body" + i;
            String key = "k" + i;
            server.client.putObject(b -> b.bucket("music").key(key), RequestBody.fromString(body));
        }
        String put = new RawRequest("PUT", "/music/k3").kept(5) + "body3";
        String answers = exchange(new RawRequest("GET", "/music/k0").kept(0)
                + new RawRequest("GET", "/music/k1").kept(0) + put
                + new RawRequest("GET", "/music/k3").kept(0)
                + new RawRequest("GET", "/music/none").kept(0)
                + new RawRequest("GET", "/music/k2").kept(0));
        assertThat(answers).containsSubsequence(
                "HTTP/1.1 200", "body0", "HTTP/1.1 200", "body1", "HTTP/1.1 200", "HTTP/1.1 200",
                "body3", "HTTP/1.1 404", "NoSuchKey", "HTTP/1.1 200", "body2");
    }

    @Test
    void shouldTakeARequestThatComesByteByByte() throws IOException {
        String request = new RawRequest("PUT", "/music/slow").kept(5) + "hello";
        assertThat(exchange(request.split(""))).startsWith("HTTP/1.1 200");
        assertThat(server.client.getObjectAsBytes(b -> b.bucket("music").key("slow"))
                .asUtf8String()).isEqualTo("hello");
    }

    @Test
    void shouldStoreNothingOfAClientThatHangsUp() throws IOException {
        exchange(new RawRequest("PUT", "/music/part").kept(5) + "hel");
        assertThat(server.storage.find(server.storage.bucket("music").orElseThrow(),
                Bytes.utf8("part")).result()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-amz-storage-class: STANDARD\r\nx-amz-storage-class: STANDARD",
        "x-amz-date: 20260101T000000Z", "x-amz-content-sha256: UNSIGNED-PAYLOAD",
        "x-amz-copy-source: music/a", "x-amz-meta-color: blue", "X-AMZ-ACL: private"})
    void shouldRefuseHeadersThatAreDoubledOrNotSigned(String lines) {
        RawRequest request = new RawRequest("PUT", "/music/a");
        for (String line : lines.split("\r\n")) {
            request.line(line);
        }
        assertThat(request.send(server.port, "x").status()).isBetween(400, 403);
        assertThat(server.client.listObjectsV2(b -> b.bucket("music")).contents()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1x", "0x1", "99999999999999999999"})
    void shouldRefuseALengthThatIsNone(String length) throws IOException {
        String request = new RawRequest("PUT", "/music/a").kept(5)
                .replace("Content-Length: 5", "Content-Length: " + length) + "hello";
        assertThat(exchange(request)).startsWith("HTTP/1.1 400").doesNotContain("HTTP/1.1 200");
    }

    @Test
    void shouldLetExactlyOneOfAThousandCreatorsWin() throws Exception {
        int creators = 1_000;
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(64)) {
            for (int i = 0; i < creators; i++) {
                String body = "creator " + i;
                answers.add(threads.submit(() -> new RawRequest("PUT", "/music/one")
                        .header("if-none-match", "*").send(server.port, body).status()));
            }
        }
        int won = 0;
        for (Future<Integer> answer : answers) {
            assertThat(answer.get()).isIn(200, 412);
            won += answer.get() == 200 ? 1 : 0;
        }
        assertThat(won).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "a/../b", "//", "/a", "a//b/", " ", "+", "%", "%2F", "a\tb",
        "\u00fc\u4e2d\ud83d\ude00", "?", "#", "a?versionId=1", "<&>\"'"})
    void shouldKeepKeysAsTheyAre(String key) {
        server.client.putObject(b -> b.bucket("music").key(key), RequestBody.fromString(key));
        assertThat(server.client.listObjectsV2(b -> b.bucket("music")).contents())
                .singleElement().satisfies(each -> assertThat(each.key()).isEqualTo(key));
        assertThat(server.client.getObjectAsBytes(b -> b.bucket("music").key(key)).asUtf8String())
                .isEqualTo(key);
        server.client.copyObject(b -> b.sourceBucket("music").sourceKey(key)
                .destinationBucket("music").destinationKey("copy"));
        server.client.deleteObject(b -> b.bucket("music").key(key));
        assertThat(server.client.getObjectAsBytes(b -> b.bucket("music").key("copy"))
                .asUtf8String()).isEqualTo(key);
    }

    @Test
    void shouldShowNoChecksumOfBytesThatAreNotInTheAnswer() {
        server.client.putObject(b -> b.bucket("music").key("a"), RequestBody.fromString("hello"));
        assertThat(get("bytes=1-2").head()).contains("206").doesNotContain("x-amz-checksum-c");
        assertThat(get("bytes=0-9").head()).contains("206").contains("x-amz-checksum-c");
        RawRequest.Response same = new RawRequest("GET", "/music/a")
                .header("if-none-match", "\"5d41402abc4b2a76b9719d911017c592\"")
                .header("x-amz-checksum-mode", "ENABLED").line("x-pad: 1").send(server.port, "");
        assertThat(same.head()).contains("304", "ETag").doesNotContain("x-amz-checksum-c");
    }

    private RawRequest.Response get(String range) {
        return new RawRequest("GET", "/music/a").header("range", range)
                .header("x-amz-checksum-mode", "ENABLED").send(server.port, "");
    }

    /// The example of the S3 user guide, "Working with object metadata".
    @Test
    void shouldGiveMetadataBackAsTheUserGuideShows() {
        new RawRequest("PUT", "/music/a")
                .header("x-amz-meta-plain", "gzip, br").send(server.port, "x");
        assertThat(new RawRequest("GET", "/music/a").send(server.port, "").head())
                .contains("x-amz-meta-plain: gzip, br");
        RawRequest.Response stored = new RawRequest("PUT", "/music/b")
                .line("Content-Encoding: aws-chunked, deflate, gzip").send(server.port, "x");
        assertThat(stored.status()).isEqualTo(200);
        assertThat(new RawRequest("GET", "/music/b").send(server.port, "").head())
                .contains("content-encoding: deflate, gzip");
    }
}
