package io.catena.s3.object;

import io.catena.client.object.ObjectAttributes;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.PutCondition;
import io.catena.client.object.StoredObject;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.FormAuthenticator;
import io.catena.s3.auth.PostPolicy;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Location;
import io.catena.s3.http.PercentCoding;
import io.catena.s3.http.RefusedHeaders;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.Digests;
import io.catena.s3.payload.FormBody;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/// S3 API reference: POST Object, the upload that a browser makes of an HTML form. Who allowed it
/// is known only after the fields were read; the file flows to storage like any other body.
public final class PostObject {
    private final ObjectStorage storage;
    private final FormAuthenticator authenticator;

    public PostObject(ObjectStorage storage, FormAuthenticator authenticator) {
        this.storage = storage;
        this.authenticator = authenticator;
    }

    /// Whether the request is a form, which is not signed in its head.
    public static boolean isAskedBy(S3Request request) {
        return request.method().equals("POST") && !request.bucket().isEmpty()
                && request.key().isEmpty() && !request.query().has("delete")
                && request.header("content-type").orElse("").toLowerCase(Locale.ROOT)
                        .startsWith("multipart/form-data");
    }

    public Future<Void> handle(S3Request request) {
        return FormBody.open(request).compose(form -> {
            FormAuthenticator.Permit permit =
                    authenticator.authenticate(request, form.fields());
            PostPolicy policy = permit.policy();
            RefusedHeaders.check(form.fields());
            BucketRecord bucket = Buckets.ofForm(storage, request, permit.user());
            ObjectHeaders headers = ObjectHeaders.of(form.fields());
            return storage.putToTheEnd(bucket, key(form),
                            form.file(policy.lengthMin(), policy.lengthMax()),
                            _ -> attributes(headers, form), PutCondition.NONE)
                    .compose(object -> reply(request, form, object));
        });
    }

    private static Bytes key(FormBody form) {
        String key = form.field("key")
                .orElseThrow(() -> S3Error.INVALID_ARGUMENT.exception(
                        "Bucket POST must contain a field named 'key'. If it is specified, please "
                                + "check the order of the fields."))
                .replace("${filename}", form.filename());
        if (key.isEmpty()) {
            throw S3Error.INVALID_ARGUMENT.exception("User key must have a length greater than 0.");
        }
        return Location.keyOfText(key);
    }

    private static ObjectAttributes attributes(ObjectHeaders headers, FormBody form) {
        Digests verified = form.verified();
        return new ObjectAttributes(verified.md5Hex(), headers.system(), headers.user(),
                Optional.of(form.checksum()));
    }

    private static Future<Void> reply(S3Request request, FormBody form, StoredObject object) {
        String etag = '"' + object.attributes().etag() + '"';
        String location = Reply.location(request, object.key());
        HttpServerResponse response = request.http().response().putHeader("ETag", etag);
        object.checksum().ifPresent(checksum -> ObjectHeaders.write(response, checksum));
        ObjectHeaders.writeVersion(response, object);
        Optional<String> redirect = form.field("success_action_redirect")
                .or(() -> form.field("redirect")).filter(PostObject::isUrl);
        if (redirect.isPresent()) {
            response.putHeader("Location", redirect.get()
                    + (redirect.get().contains("?") ? '&' : '?')
                    + "bucket=" + PercentCoding.encode(request.bucket())
                    + "&key=" + PercentCoding.encode(object.key().toUtf8())
                    + "&etag=" + PercentCoding.encode(etag));
            return Reply.empty(request, 303);
        }
        response.putHeader("Location", location);
        return switch (form.field("success_action_status").orElse("")) {
            case "200" -> Reply.empty(request, 200);
            case "201" -> Reply.xml(request, 201, XmlWriter.plain("PostResponse")
                    .element("Location", location)
                    .element("Bucket", request.bucket())
                    .element("Key", object.key().toUtf8())
                    .element("ETag", etag)
                    .close("PostResponse"));
            default -> Reply.empty(request, 204);
        };
    }

    /// What is no URL counts as not given.
    private static boolean isUrl(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null && uri.getRawFragment() == null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
