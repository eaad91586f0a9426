package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Uploads as a browser's form sends them.
final class FormsTest {
    private static final String BOUNDARY = "----WebKitFormBoundary7MA4";
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

    /// A form with a policy that allows it, signed; fields may be changed before it is sent.
    private static final class Form {
        private final Map<String, String> fields = new LinkedHashMap<>();
        private final StringBuilder conditions = new StringBuilder();
        private String bucket = "music";
        private Instant expiration = Instant.now().plusSeconds(60);
        private String file = "hello";
        private String after = "";
        private String head = "";
        private String end = "--\r\n";

        Form() {
            field("key", "a b/ü");
            field("Content-Type", "text/x-form");
            field("x-amz-meta-color", "blue");
            allow("{\"bucket\": \"music\"}");
        }

        Form field(String name, String value) {
            fields.put(name, value);
            return allow("[\"eq\", \"$" + name + "\", \"" + value + "\"]");
        }

        Form allow(String condition) {
            conditions.append(conditions.isEmpty() ? "" : ", ").append(condition);
            return this;
        }

        String body() {
            String date = DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC)
                    .format(Instant.now());
            field("x-amz-algorithm", "AWS4-HMAC-SHA256");
            field("x-amz-credential", MemoryObjectStorage.KEY.id() + "/" + date
                    + "/us-east-1/s3/aws4_request");
            field("x-amz-date", date + "T000000Z");
            String policy = Base64.getEncoder().encodeToString(("{\"expiration\": \""
                    + expiration.truncatedTo(ChronoUnit.MILLIS) + "\", \"conditions\": ["
                    + conditions + "]}").getBytes(StandardCharsets.UTF_8));
            fields.putIfAbsent("policy", policy);
            fields.putIfAbsent("x-amz-signature", RawRequest.sign(
                    MemoryObjectStorage.KEY.secret(), date + "/us-east-1/s3/aws4_request", policy));
            StringBuilder body = new StringBuilder();
            fields.forEach((name, value) -> body.append("--").append(BOUNDARY)
                    .append("\r\nContent-Disposition: form-data; name=\"").append(name)
                    .append("\"\r\n\r\n").append(latin1(value)).append("\r\n"));
            return body + "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; "
                    + "filename=\"C:\\songs\\one.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\n" + file
                    + "\r\n--" + BOUNDARY + after + end;
        }

        RawRequest.Response send(GatewayServer server) {
            String body = body();
            return RawRequest.sendBytes(server.port, "POST /" + bucket + " HTTP/1.1\r\nHost: h\r\n"
                    + "Connection: close\r\n" + head
                    + "Content-Type: multipart/form-data; boundary=" + BOUNDARY
                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private static String latin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private String stored(String key) {
        return server.client.getObjectAsBytes(b -> b.bucket("music").key(key)).asUtf8String();
    }

    @Test
    void shouldStoreTheFileOfAForm() {
        RawRequest.Response response = new Form().send(server);
        assertThat(response.status()).as(response.body()).isEqualTo(204);
        assertThat(response.head()).contains("ETag: \"5d41402abc4b2a76b9719d911017c592\"",
                "Location: http://h/music/a%20b/%C3%BC");
        assertThat(stored("a b/ü")).isEqualTo("hello");
        assertThat(server.client.headObject(b -> b.bucket("music").key("a b/ü")))
                .satisfies(head -> {
                    assertThat(head.contentType()).isEqualTo("text/x-form");
                    assertThat(head.metadata()).containsEntry("color", "blue");
                });
    }

    @Test
    void shouldStoreWhateverTheFileHolds() {
        Form form = new Form();
        form.file = "\r\n--" + BOUNDARY.substring(0, 9) + "\r\n\r\n".repeat(40_000) + "-";
        form.after = "\r\nContent-Disposition: form-data; name=\"submit\"\r\n\r\nUpload\r\n--"
                + BOUNDARY;
        form.end = "--";
        assertThat(form.send(server).status()).isEqualTo(204);
        assertThat(stored("a b/ü")).isEqualTo(form.file);
    }

    @Test
    void shouldStoreAnEmptyFile() {
        Form form = new Form();
        form.file = "";
        assertThat(form.send(server).status()).isEqualTo(204);
        assertThat(stored("a b/ü")).isEmpty();
    }

    @Test
    void shouldNameTheKeyAfterTheFile() {
        Form form = new Form().field("key", "in/${filename}")
                .field("success_action_status", "201");
        form.conditions.setLength(form.conditions.indexOf("[\"eq\", \"$key\""));
        form.allow("{\"bucket\": \"music\"}, [\"starts-with\", \"$key\", \"in/\"], "
                + "[\"starts-with\", \"$Content-Type\", \"text/\"], "
                + "[\"starts-with\", \"$x-amz-meta-color\", \"\"], "
                + "{\"success_action_status\": \"201\"}");
        RawRequest.Response response = form.send(server);
        assertThat(response.status()).as(response.body()).isEqualTo(201);
        assertThat(response.body()).contains("<PostResponse>", "<Key>in/one.mp3</Key>",
                "<Bucket>music</Bucket>", "<Location>http://h/music/in/one.mp3</Location>");
        assertThat(stored("in/one.mp3")).isEqualTo("hello");
    }

    @Test
    void shouldSendTheBrowserOn() {
        RawRequest.Response response = new Form()
                .field("success_action_redirect", "https://example.com/done?x=1").send(server);
        assertThat(response.status()).isEqualTo(303);
        assertThat(response.head()).contains("Location: https://example.com/done?x=1&bucket=music"
                + "&key=a%20b%2F%C3%BC&etag=%225d41402abc4b2a76b9719d911017c592%22");
    }

    @ParameterizedTest
    @CsvSource({"0, 4, EntityTooLarge", "6, 9, EntityTooSmall"})
    void shouldHoldTheFileToItsLength(int min, int max, String code) {
        assertThat(new Form().allow("[\"content-length-range\", " + min + ", " + max + "]")
                .send(server).hasCode(code)).isTrue();
        assertThat(server.client.listObjectsV2(b -> b.bucket("music")).contents()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "x-amz-signature | wrong | 403 | SignatureDoesNotMatch",
        "policy | bm90aGluZw== | 403 | SignatureDoesNotMatch",
        "extra | 1 | 403 | AccessDenied", "x-ignore-extra | 1 | 204 | ",
        "key | other | 403 | AccessDenied", "KEY | other | 400 | InvalidArgument",
        "AWSAccessKeyId | x | 400 | InvalidRequest",
        "x-amz-checksum-crc32 | AAAAAA== | 403 | AccessDenied"})
    void shouldAllowOnlyWhatThePolicySays(String name, String value, int status, String code) {
        Form form = new Form();
        form.body();
        form.fields.put(name, value);
        int conditions = form.conditions.length();
        String body = form.body();
        form.conditions.setLength(conditions);
        RawRequest.Response response = RawRequest.sendBytes(server.port,
                "POST /music HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                        + "Content-Type: multipart/form-data; boundary=" + BOUNDARY
                        + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(code == null || response.hasCode(code)).as(response.body()).isTrue();
    }

    @Test
    void shouldVerifyTheChecksumOfTheFile() {
        assertThat(new Form().field("x-amz-checksum-crc32", RawRequest.crc32("hello"))
                .send(server).head()).contains("x-amz-checksum-crc32: ");
        assertThat(new Form().field("x-amz-checksum-crc32", "AAAAAA==").send(server)
                .hasCode("BadDigest")).isTrue();
    }

    @Test
    void shouldRefuseWhatIsOverOrElsewhere() {
        Form late = new Form();
        late.expiration = Instant.now().minusSeconds(1);
        assertThat(late.send(server).body()).contains("Policy expired");
        server.client.createBucket(b -> b.bucket("other"));
        Form elsewhere = new Form();
        elsewhere.bucket = "other";
        assertThat(elsewhere.send(server).hasCode("AccessDenied")).isTrue();
        Form header = new Form();
        header.head = "x-amz-copy-source: music/a\r\n";
        assertThat(header.send(server).hasCode("AccessDenied")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"expiration\": \"2030-01-01T00:00:00Z\"}",
        "{\"expiration\": \"never\", \"conditions\": []}", "[]", "{", "\"x\"",
        "{\"expiration\": \"2030-01-01T00:00:00Z\", \"conditions\": [1]}",
        "{\"expiration\": \"2030-01-01T00:00:00Z\", \"conditions\": [[\"is\", \"$a\", \"b\"]]}",
        "{\"expiration\": \"2030-01-01T00:00:00Z\", \"conditions\": [null]}",
        "{\"expiration\": \"2030-01-01T00:00:00Z\", "
                + "\"conditions\": [[\"content-length-range\", -1, 2]]}"})
    void shouldRefuseAPolicyThatIsNone(String policy) {
        Form form = new Form();
        form.fields.put("policy", Base64.getEncoder().encodeToString(policy.getBytes(
                StandardCharsets.UTF_8)));
        form.fields.put("x-amz-signature", RawRequest.sign(MemoryObjectStorage.KEY.secret(),
                DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC)
                        .format(Instant.now()) + "/us-east-1/s3/aws4_request",
                form.fields.get("policy")));
        assertThat(form.send(server).hasCode("InvalidPolicyDocument")).isTrue();
    }

    @Test
    void shouldBoundWhatComesBeforeTheFile() {
        Form form = new Form();
        form.fields.put("x-ignore-a", "a".repeat(21 * 1024));
        assertThat(form.send(server).hasCode("MaxPostPreDataLengthExceeded")).isTrue();
    }

    @Test
    void shouldRefuseFormsThatAreNone() {
        Form open = new Form();
        open.end = "";
        open.file = "no end";
        assertThat(RawRequest.sendBytes(server.port, "POST /music HTTP/1.1\r\nHost: h\r\n"
                + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n"
                + "--x--").hasCode("InvalidArgument")).isTrue();
        assertThat(RawRequest.sendBytes(server.port, "POST /music HTTP/1.1\r\nHost: h\r\n"
                + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 3\r\n\r\n"
                + "abc").hasCode("MalformedPOSTRequest")).isTrue();
        assertThat(RawRequest.sendBytes(server.port, "POST /music HTTP/1.1\r\nHost: h\r\n"
                + "Content-Type: multipart/form-data\r\nContent-Length: 0\r\n\r\n")
                .hasCode("MalformedPOSTRequest")).isTrue();
        assertThat(new RawRequest("POST", "/music").send(server.port, "x").status())
                .isEqualTo(412);
    }
}
