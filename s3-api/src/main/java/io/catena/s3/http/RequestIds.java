package io.catena.s3.http;

import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// What a request is called in answers and logs.
///
/// @param requestId x-amz-request-id: 16 hexadecimal digits, by chance
/// @param hostId x-amz-id-2: opaque
public record RequestIds(String requestId, String hostId) {
    public static RequestIds next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] host = new byte[24];
        random.nextBytes(host);
        return new RequestIds(
                HexFormat.of().withUpperCase().toHexDigits(random.nextLong()),
                Base64.getEncoder().encodeToString(host));
    }
}
