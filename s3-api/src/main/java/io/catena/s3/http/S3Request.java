package io.catena.s3.http;

import io.catena.protocol.chain.Bytes;
import io.catena.s3.error.S3Error;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;

/// A request, understood as far as its head goes, not yet authenticated.
///
/// @param rawPath the path of the request target exactly as sent
public record S3Request(
        HttpServerRequest http, RequestIds ids, String method, String rawPath, Query query,
        Location location) {
    /// @param domains virtual-host style is spoken below these names
    /// @throws io.catena.s3.error.S3Exception INVALID_URI and what [Location#of] throws
    public static S3Request parse(HttpServerRequest http, RequestIds ids, List<String> domains) {
        checkLength(http);
        String target = originForm(http.uri());
        int question = target.indexOf('?');
        String rawPath = question < 0 ? target : target.substring(0, question);
        Query query = Query.parse(question < 0 ? "" : target.substring(question + 1));
        Location location = Location.of(host(http), rawPath, domains);
        return new S3Request(http, ids, http.method().name(), rawPath, query, location);
    }

    /// A request of another API than S3: its path names neither bucket nor key.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_URI
    public static S3Request ofOtherApi(HttpServerRequest http, RequestIds ids) {
        checkLength(http);
        host(http);
        String target = originForm(http.uri());
        int question = target.indexOf('?');
        return new S3Request(http, ids, http.method().name(),
                question < 0 ? target : target.substring(0, question),
                Query.parse(question < 0 ? "" : target.substring(question + 1)),
                new Location("", Bytes.EMPTY, false));
    }

    /// The values of a header.
    public List<String> headerValues(String name) {
        return http.headers().getAll(name);
    }

    /// With the port, as sent.
    public String host() {
        return host(http);
    }

    /// Whether the bucket is part of the host's name.
    public boolean virtualHosted() {
        return location.virtualHosted();
    }

    /// The value of a header that may be given once.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_ARGUMENT when it is given twice: two readers
    ///     could see different values
    public Optional<String> header(String name) {
        List<String> values = http.headers().getAll(name);
        if (values.size() > 1) {
            throw S3Error.INVALID_ARGUMENT.exception("Duplicate header: " + name);
        }
        return values.stream().findFirst().map(String::strip);
    }

    /// A header that says nothing when empty.
    public Optional<String> headerWithText(String name) {
        return header(name).filter(value -> !value.isEmpty());
    }

    public String bucket() {
        return location.bucket();
    }

    public Bytes key() {
        return location.key();
    }

    /// The path of the bucket or object, decoded, as errors name it.
    public String resource() {
        String bucket = location.bucket();
        return bucket.isEmpty() ? "/" : "/" + bucket
                + (location.key().isEmpty() ? "" : "/" + location.key().toUtf8());
    }

    private static String host(HttpServerRequest http) {
        List<String> hosts = http.headers().getAll("host");
        if (hosts.size() != 1) {
            throw S3Error.BAD_REQUEST.exception("A request needs exactly one Host header.");
        }
        return hosts.getFirst();
    }

    /// An empty length means nothing to HTTP, and the body would be taken for the next request.
    private static void checkLength(HttpServerRequest http) {
        if (!http.headers().getAll("content-length").stream()
                .allMatch(length -> length.matches("[0-9]{1,18}"))) {
            throw S3Error.BAD_REQUEST.exception("Content-Length is no number.");
        }
    }

    /// Proxies may send the whole URL (RFC 9112, section 3.2.2).
    private static String originForm(String target) {
        if (target.startsWith("/")) {
            return target;
        }
        int authority = target.startsWith("http://") ? 7 : target.startsWith("https://") ? 8 : -1;
        int slash = authority < 0 ? -1 : target.indexOf('/', authority);
        if (slash < 0) {
            throw S3Error.INVALID_URI.exception();
        }
        return target.substring(slash);
    }
}
