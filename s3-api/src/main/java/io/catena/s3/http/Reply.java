package io.catena.s3.http;

import io.catena.protocol.chain.Bytes;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Writes answers: every one carries the request's ids, Date and Server.
public final class Reply {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter XML_DATE = DateTimeFormatter
            .ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Reply() {}

    /// Headers of every answer; called before anything can fail.
    public static RequestIds begin(HttpServerRequest http) {
        RequestIds ids = RequestIds.next();
        common(http.response(), ids);
        return ids;
    }

    /// An answer without a body.
    public static Future<Void> empty(S3Request request, int status) {
        return request.http().response().setStatusCode(status).end();
    }

    /// 200 with a document.
    public static Future<Void> xml(S3Request request, XmlWriter document) {
        return xml(request, 200, document);
    }

    public static Future<Void> xml(S3Request request, int status, XmlWriter document) {
        return xml(request.http(), status, document.toBuffer());
    }

    /// The URL of an object in the bucket of the request, as its sender reached us.
    public static String location(S3Request request, Bytes key) {
        return request.http().scheme() + "://" + request.host()
                + (request.virtualHosted() ? "/" : "/" + request.bucket() + "/")
                + PercentCoding.encode(key.unsafeArray(), true);
    }

    /// An error document (RFC: "REST error responses" of the S3 API reference); for HEAD only its
    /// status.
    public static Future<Void> error(
            HttpServerRequest http, RequestIds ids, String resource, S3Exception failure) {
        S3Error error = failure.error();
        HttpServerResponse response = http.response();
        failure.headers().forEach(response::putHeader);
        if (error.status() == 503) {
            response.putHeader("Retry-After", "1");
        }
        if (http.method() == HttpMethod.HEAD || error == S3Error.NOT_MODIFIED) {
            return response.setStatusCode(error.status()).end();
        }
        XmlWriter document = XmlWriter.plain("Error")
                .element("Code", error.code())
                .element("Message", failure.getMessage())
                .element("Resource", resource)
                .element("RequestId", ids.requestId())
                .element("HostId", ids.hostId())
                .close("Error");
        return xml(http, error.status(), document.toBuffer());
    }

    /// Takes back what an operation had prepared, so that an error can be answered instead.
    public static void reset(HttpServerResponse response, RequestIds ids) {
        response.headers().clear();
        common(response, ids);
    }

    /// RFC 9110, section 5.6.7; seconds.
    public static String httpDate(long millis) {
        return HTTP_DATE.format(Instant.ofEpochMilli(millis));
    }

    /// ISO 8601 as S3's documents have it.
    public static String xmlDate(long millis) {
        return XML_DATE.format(Instant.ofEpochMilli(millis));
    }

    private static void common(HttpServerResponse response, RequestIds ids) {
        response.putHeader("x-amz-request-id", ids.requestId());
        response.putHeader("x-amz-id-2", ids.hostId());
        response.putHeader("Date", httpDate(System.currentTimeMillis()));
        response.putHeader("Server", "Catena");
    }

    private static Future<Void> xml(HttpServerRequest http, int status, Buffer document) {
        return http.response().setStatusCode(status)
                .putHeader("Content-Type", "application/xml")
                .end(document);
    }
}
