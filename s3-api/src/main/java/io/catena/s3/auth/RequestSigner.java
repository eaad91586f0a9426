package io.catena.s3.auth;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Signs requests the way [Authenticator] wants them: for what this program itself asks of servers.
/// The whole body is signed.
///
/// @param service as the server expects it
public record RequestSigner(String keyId, String secret, String service, String region) {
    private static final int HTTPS_PORT = 443;
    private static final int DATE_LETTERS = 8;

    /// What a request needs beside its own headers; `host`, which is signed too, is left to the
    /// HTTP client.
    ///
    /// @param target path and query percent-encoded as RFC 3986 has it
    public SortedMap<String, String> headers(
            String method, URI target, byte[] body, Instant now) {
        String timestamp = Claim.basic(now);
        Scope scope = new Scope(timestamp.substring(0, DATE_LETTERS), region, service);
        String payloadHash = SigningKey.sha256Hex(body);
        SortedMap<String, String> signed = new TreeMap<>();
        signed.put("host", host(target));
        signed.put("x-amz-content-sha256", payloadHash);
        signed.put("x-amz-date", timestamp);
        String names = String.join(";", signed.keySet());
        String canonical = method + '\n' + target.getRawPath() + '\n' + query(target) + '\n'
                + signed.entrySet().stream().map(each -> each.getKey() + ':' + each.getValue())
                        .collect(Collectors.joining("\n"))
                + "\n\n" + names + '\n' + payloadHash;
        String toSign = Claim.ALGORITHM + '\n' + timestamp + '\n' + scope + '\n'
                + SigningKey.sha256Hex(canonical.getBytes(StandardCharsets.UTF_8));
        SortedMap<String, String> headers = new TreeMap<>(signed);
        headers.remove("host");
        headers.put("authorization", Claim.ALGORITHM + " Credential=" + keyId + '/' + scope
                + ",SignedHeaders=" + names + ",Signature="
                + SigningKey.derive(secret, scope).sign(toSign));
        return headers;
    }

    /// As HTTP clients send it.
    private static String host(URI target) {
        return target.getPort() < 0 || target.getPort() == HTTPS_PORT
                ? target.getHost() : target.getHost() + ':' + target.getPort();
    }

    private static String query(URI target) {
        String query = target.getRawQuery();
        return query == null ? "" : Arrays.stream(query.split("&")).sorted()
                .map(each -> each.contains("=") ? each : each + '=')
                .collect(Collectors.joining("&"));
    }

    /// Never the secret.
    @Override
    public String toString() {
        return "RequestSigner[" + keyId + "]";
    }
}
