package io.catena.s3;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A request byte by byte, with a signer of its own: what no well-behaved client sends.
final class RawRequest {
    static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    static final String UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    static final String SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    static final String SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    private static final DateTimeFormatter BASIC =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    private final String method;
    private final String path;
    private final String query;
    private final TreeMap<String, String> signed = new TreeMap<>();
    private final List<String> lines = new ArrayList<>();
    private String secret = MemoryObjectStorage.KEY.secret();
    private String region = "us-east-1";
    private String timestamp = BASIC.format(LocalDateTime.ofInstant(Instant.now(), ZoneOffset.UTC));
    private String payload = UNSIGNED;
    private String signature = "";
    private String lastSignature = "";

    /// @param status 0 when the connection was closed without an answer
    record Response(int status, String head, String body) {
        boolean hasCode(String code) {
            return body.contains("<Code>" + code + "</Code>");
        }
    }

    /// @param target percent-encoded, query parameters sorted and with `=`
    RawRequest(String method, String target) {
        int question = target.indexOf('?');
        this.method = method;
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
        signed.put("host", "127.0.0.1");
    }

    RawRequest header(String name, String value) {
        signed.put(name, value);
        return this;
    }

    /// A header that the signature does not cover.
    RawRequest line(String line) {
        lines.add(line);
        return this;
    }

    RawRequest secret(String other) {
        secret = other;
        return this;
    }

    RawRequest region(String other) {
        region = other;
        return this;
    }

    RawRequest time(Instant time) {
        timestamp = BASIC.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
        return this;
    }

    RawRequest payload(String mode) {
        payload = mode;
        return this;
    }

    Response send(int port, String body) {
        return send(port, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    Response send(int port, byte[] body) {
        return exchange(port, head(body.length), body);
    }

    /// Chunks of a body, each signed on top of the one before, to be sent with [#sendChunks].
    String signedChunks(String... datas) {
        head(0);
        StringBuilder body = new StringBuilder();
        String previous = signature;
        for (String data : datas) {
            previous = sign("AWS4-HMAC-SHA256-PAYLOAD\n" + timestamp + '\n' + scope() + '\n'
                    + previous + '\n' + sha256("") + '\n' + sha256(data));
            body.append(Integer.toHexString(data.length())).append(";chunk-signature=")
                    .append(previous).append("\r\n").append(data);
            if (!data.isEmpty()) {
                body.append("\r\n");
            }
        }
        lastSignature = previous;
        return body.toString();
    }


    /// The signature of a trailer that follows the chunks of [#signedChunks].
    String trailerSignature(String canonical) {
        return sign("AWS4-HMAC-SHA256-TRAILER\n" + timestamp + '\n' + scope() + '\n'
                + lastSignature + '\n' + sha256(canonical));
    }

    /// Without any signature, headers as given.
    static Response sendBytes(int port, String bytes) {
        return exchange(port, bytes, new byte[0]);
    }

    static String crc32(String data) {
        CRC32 crc = new CRC32();
        crc.update(data.getBytes(StandardCharsets.ISO_8859_1));
        byte[] four = java.nio.ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        return Base64.getEncoder().encodeToString(four);
    }

    static String sha256(String data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256")
                    .digest(data.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The head of a request after which the connection stays.
    String kept(int lengthBytes) {
        return head(lengthBytes).replace("Connection: close\r\n", "");
    }

    private String head(int lengthBytes) {
        signed.put("x-amz-date", timestamp);
        signed.put("x-amz-content-sha256", payload);
        StringBuilder canonical = new StringBuilder(method + '\n' + path + '\n' + query + '\n');
        signed.forEach((name, value) ->
                canonical.append(name).append(':').append(value).append('\n'));
        String names = String.join(";", signed.keySet());
        canonical.append('\n').append(names).append('\n').append(payload);
        signature = sign("AWS4-HMAC-SHA256\n" + timestamp + '\n' + scope() + '\n'
                + sha256(canonical.toString()));
        StringBuilder head = new StringBuilder(method + ' ' + path
                + (query.isEmpty() ? "" : '?' + query) + " HTTP/1.1\r\n");
        for (Map.Entry<String, String> header : signed.entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        lines.forEach(line -> head.append(line).append("\r\n"));
        head.append("Authorization: AWS4-HMAC-SHA256 Credential=")
                .append(MemoryObjectStorage.KEY.id())
                .append('/').append(scope()).append(",SignedHeaders=").append(names)
                .append(",Signature=").append(signature).append("\r\n");
        if (lines.stream().noneMatch(line -> line.startsWith("Transfer-Encoding"))) {
            head.append("Content-Length: ").append(lengthBytes).append("\r\n");
        }
        return head.append("Connection: close\r\n\r\n").toString();
    }

    private String scope() {
        return timestamp.substring(0, 8) + '/' + region + "/s3/aws4_request";
    }

    private String sign(String text) {
        return sign(secret, scope(), text);
    }

    static String sign(String secret, String scope, String text) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, text));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Response exchange(int port, String head, byte[] body) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
            all.writeBytes(body);
            out.write(all.toByteArray());
            out.flush();
            return read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// To the end of the connection, or of the answer when it says how long it is.
    private static Response read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            text.append((char) b);
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0 && text.length() - end - 4 >= length(text.substring(0, end))) {
                break;
            }
        }
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Response(0, "", "");
        }
        return new Response(Integer.parseInt(text.substring(9, 12)), text.substring(0, end),
                text.substring(end + 4));
    }

    private static int length(String head) {
        for (String line : head.split("\r\n")) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                return Integer.parseInt(line.substring(15).strip());
            }
        }
        return Integer.MAX_VALUE;
    }
}
