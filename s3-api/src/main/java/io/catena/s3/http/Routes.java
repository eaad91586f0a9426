package io.catena.s3.http;

import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import java.util.Optional;
import java.util.Set;

/// Which operation a request asks for. A sub-resource that is not built is refused and never falls
/// through to the plain call on the bucket or object: a client that sets a policy must not create
/// an object instead.
public final class Routes {
    /// What can be asked of a bucket's configuration with GET.
    public static final Set<String> BUCKET_CONFIGURATION = Set.of(
            "accelerate", "acl", "cors", "encryption", "lifecycle", "logging", "notification",
            "object-lock", "ownershipControls", "policy", "policyStatus", "publicAccessBlock",
            "replication", "requestPayment", "tagging", "versioning", "website");
    /// What can be asked of an object with GET.
    public static final Set<String> OBJECT_CONFIGURATION =
            Set.of("acl", "legal-hold", "retention", "tagging");
    private static final Set<String> NOT_BUILT = Set.of(
            "abac", "analytics", "annotation", "append", "intelligent-tiering", "inventory",
            "metadataConfiguration", "metadataTable", "metrics", "renameObject", "restore",
            "select", "session", "torrent", "metadataInventoryTable",
            "metadataJournalTable");
    /// May be there without a value and mean the plain call.
    private static final Set<String> OPTIONS = Set.of(
            "x-id", "prefix", "delimiter", "marker", "max-keys", "encoding-type", "list-type",
            "continuation-token", "start-after", "fetch-owner", "max-buckets", "bucket-region",
            "key-marker", "upload-id-marker", "max-uploads", "max-parts", "part-number-marker",
            "versionId", "partNumber", "uploadId", "uploads", "location", "delete", "attributes",
            "allow-unordered", "version-id-marker", "versions");

    private Routes() {}

    /// @throws S3Exception NOT_IMPLEMENTED, METHOD_NOT_ALLOWED
    public static S3Operation of(S3Request request) {
        Optional<String> configuration = configuration(request);
        boolean service = request.bucket().isEmpty();
        boolean bucket = !service && request.key().isEmpty();
        if (service) {
            return service(request);
        }
        if (configuration.isPresent()) {
            return configuration(request, configuration.get(), bucket);
        }
        return bucket ? bucket(request) : object(request);
    }

    /// The configuration that the request names, if any.
    ///
    /// @throws S3Exception NOT_IMPLEMENTED for every sub-resource that this gateway does not know
    public static Optional<String> configuration(S3Request request) {
        Optional<String> found = Optional.empty();
        for (Query.Parameter parameter : request.query().parameters()) {
            String name = parameter.name();
            if (BUCKET_CONFIGURATION.contains(name) || OBJECT_CONFIGURATION.contains(name)) {
                found = Optional.of(name);
            } else if (NOT_BUILT.contains(name) || unknownSubResource(parameter)) {
                throw S3Error.NOT_IMPLEMENTED.exception("Not implemented: ?" + name);
            }
        }
        return found;
    }

    /// A bare word that we do not know names a sub-resource; a value that we do not know is an
    /// option.
    private static boolean unknownSubResource(Query.Parameter parameter) {
        return parameter.value().isEmpty() && !OPTIONS.contains(parameter.name())
                && !parameter.name().regionMatches(true, 0, "x-amz-", 0, 6)
                && !parameter.name().startsWith("response-");
    }

    private static S3Operation configuration(S3Request request, String name, boolean bucket) {
        if (bucket && name.equals("versioning")) {
            return versioning(request);
        }
        Set<String> readable = bucket ? BUCKET_CONFIGURATION : OBJECT_CONFIGURATION;
        if (!request.method().equals("GET") || !readable.contains(name)) {
            throw S3Error.NOT_IMPLEMENTED.exception("Not implemented: ?" + name);
        }
        return bucket ? S3Operation.GET_BUCKET_CONFIGURATION : S3Operation.GET_OBJECT_CONFIGURATION;
    }

    private static S3Operation versioning(S3Request request) {
        return switch (request.method()) {
            case "GET" -> S3Operation.GET_BUCKET_VERSIONING;
            case "PUT" -> S3Operation.PUT_BUCKET_VERSIONING;
            default -> throw notAllowed(request);
        };
    }

    private static S3Operation service(S3Request request) {
        return switch (request.method()) {
            case "GET" -> S3Operation.LIST_BUCKETS;
            default -> throw notAllowed(request);
        };
    }

    private static S3Operation bucket(S3Request request) {
        Query query = request.query();
        if (query.has("versions") && !request.method().equals("GET")) {
            throw notAllowed(request);
        }
        return switch (request.method()) {
            case "GET" -> query.has("location") ? S3Operation.GET_BUCKET_LOCATION
                    : query.has("uploads") ? S3Operation.LIST_MULTIPART_UPLOADS
                    : query.has("versions") ? S3Operation.LIST_OBJECT_VERSIONS
                    : query.get("list-type").equals(Optional.of("2")) ? S3Operation.LIST_OBJECTS_V2
                    : S3Operation.LIST_OBJECTS;
            case "HEAD" -> S3Operation.HEAD_BUCKET;
            case "PUT" -> S3Operation.CREATE_BUCKET;
            case "DELETE" -> S3Operation.DELETE_BUCKET;
            case "POST" -> {
                if (!query.has("delete")) {
                    throw S3Error.PRECONDITION_FAILED.exception("Bucket POST must be of the "
                            + "enclosure-type multipart/form-data");
                }
                yield S3Operation.DELETE_OBJECTS;
            }
            default -> throw notAllowed(request);
        };
    }

    private static S3Operation object(S3Request request) {
        refuseVersions(request);
        Query query = request.query();
        boolean upload = query.has("uploadId");
        boolean copy = request.http().headers().contains("x-amz-copy-source");
        return switch (request.method()) {
            case "GET" -> upload ? S3Operation.LIST_PARTS
                    : query.has("attributes") ? S3Operation.GET_OBJECT_ATTRIBUTES
                    : S3Operation.GET_OBJECT;
            case "HEAD" -> S3Operation.HEAD_OBJECT;
            case "PUT" -> put(query, upload, copy);
            case "DELETE" -> upload ? S3Operation.ABORT_MULTIPART_UPLOAD
                    : S3Operation.DELETE_OBJECT;
            case "POST" -> post(query, upload);
            default -> throw notAllowed(request);
        };
    }

    private static S3Operation put(Query query, boolean upload, boolean copy) {
        if (upload != query.has("partNumber")) {
            throw S3Error.INVALID_ARGUMENT.exception("A part needs uploadId and partNumber.");
        }
        if (upload) {
            return copy ? S3Operation.UPLOAD_PART_COPY : S3Operation.UPLOAD_PART;
        }
        return copy ? S3Operation.COPY_OBJECT : S3Operation.PUT_OBJECT;
    }

    private static S3Operation post(Query query, boolean upload) {
        if (upload == query.has("uploads")) {
            throw S3Error.NOT_IMPLEMENTED.exception();
        }
        return upload
                ? S3Operation.COMPLETE_MULTIPART_UPLOAD : S3Operation.CREATE_MULTIPART_UPLOAD;
    }

    /// What makes a version cannot name one, and only a bucket lists them.
    private static void refuseVersions(S3Request request) {
        if (request.query().has("versions")) {
            throw S3Error.NOT_IMPLEMENTED.exception("Not implemented: ?versions");
        }
        boolean writes = request.method().equals("PUT") || request.method().equals("POST");
        if (writes && request.query().has("versionId")) {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "This operation does not accept a version-id.");
        }
    }

    private static S3Exception notAllowed(S3Request request) {
        return request.method().equals("OPTIONS")
                ? S3Error.ACCESS_FORBIDDEN.exception() : S3Error.METHOD_NOT_ALLOWED.exception();
    }
}
