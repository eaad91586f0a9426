package io.catena.s3;

import java.util.List;
import java.util.Locale;

/// What an operator chooses of the gateway.
///
/// @param region that signatures must name; clients are configured with it
/// @param domains names below which a bucket may be part of the host name (`bucket.s3.localhost`);
///     lower-case; none: path style only
/// @param idleTimeoutSeconds how long a connection may be silent. Raised: idle connections are held
///     longer. Lowered: a copy of a large object, silent while it works, is cut off earlier
public record S3Settings(String region, List<String> domains, int idleTimeoutSeconds) {
    public static final S3Settings DEFAULT =
            new S3Settings("us-east-1", List.of("s3.localhost"), 300);

    public S3Settings {
        domains = domains.stream().map(domain -> domain.toLowerCase(Locale.ROOT)).toList();
        if (!region.matches("[a-z0-9-]{1,63}")) {
            throw new IllegalArgumentException("region must be 1 to 63 of a-z, 0-9, -: " + region);
        }
        if (idleTimeoutSeconds < 1) {
            throw new IllegalArgumentException("idleTimeoutSeconds must be at least 1");
        }
    }
}
