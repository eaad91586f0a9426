package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whole requests on the wire: none is answered with 5xx but 501, none is left without an end.
final class RequestsFuzzTest {
    private static final String AUTHORIZATION = "Authorization: AWS4-HMAC-SHA256 Credential="
            + "AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request,SignedHeaders=host;"
            + "x-amz-content-sha256;x-amz-date,Signature=" + "0".repeat(64) + "\r\n";
    private static final String[] SEEDS = {
        "GET /music/a?partNumber=1 HTTP/1.1\r\nHost: h\r\nRange: bytes=0-1\r\n" + AUTHORIZATION
                + "x-amz-date: 20260101T000000Z\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\n\r\n",
        "PUT /music/a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n"
                + AUTHORIZATION + "x-amz-date: 20260101T000000Z\r\n\r\nhello",
        "POST /music?delete HTTP/1.1\r\nHost: music.s3.localhost\r\nTransfer-Encoding: chunked\r\n"
                + AUTHORIZATION + "\r\n5\r\nhello\r\n0\r\n\r\n",
        "GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20260101%2Fus-east-1%2Fs3"
                + "%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60"
                + "&X-Amz-SignedHeaders=host&X-Amz-Signature=0 HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /music HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                + "Content-Length: 70\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\""
                + "\r\n\r\nhello\r\n--b--\r\n"};
    private static GatewayServer server;

    @BeforeAll
    static void start() {
        server = new GatewayServer();
        server.client.createBucket(b -> b.bucket("music"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @Timeout(120)
    void shouldAnswerOrHangUp() throws IOException {
        run(7, 500);
    }

    @Test
    @Tag("nightly")
    @Timeout(7_200)
    void shouldAnswerOrHangUpMillionsOfTimes() throws IOException {
        run(8, Mutations.MANY);
    }

    private static void run(long number, int inputs) throws IOException {
        Mutations requests = new Mutations(number, SEEDS);
        int answered = 0;
        for (int i = 0; i < inputs; i++) {
            String answer = answer(requests.next());
            assertThat(answer.startsWith("HTTP/1.1 5") && !answer.startsWith("HTTP/1.1 501")
                    && !answer.startsWith("HTTP/1.1 505")).as("input %d: %s", i, answer).isFalse();
            answered += answer.isEmpty() ? 0 : 1;
        }
        assertThat(answered).isPositive();
        assertThat(server.client.listBuckets().buckets()).hasSize(1);
    }

    /// The end of the request is the end of what we send, so the server cannot wait for more.
    private static String answer(byte[] request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            byte[] status = socket.getInputStream().readNBytes(64);
            return new String(status, StandardCharsets.ISO_8859_1);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("left hanging: "
                    + new String(request, StandardCharsets.ISO_8859_1), e);
        } catch (IOException _) {
            // Hung up while we were still sending: that is an end too.
            return "";
        }
    }
}
