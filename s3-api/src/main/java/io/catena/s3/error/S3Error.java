package io.catena.s3.error;

/// The errors that this gateway gives: code, HTTP status and the message when there is nothing more
/// precise to say. Source: "Error responses" in the Amazon S3 API reference.
public enum S3Error {
    ACCESS_DENIED("AccessDenied", 403, "Access Denied"),
    ACCESS_FORBIDDEN("AccessForbidden", 403, "CORSResponse: CORS is not enabled for this bucket."),
    ACL_NOT_SUPPORTED(
            "AccessControlListNotSupported", 400, "The bucket does not allow ACLs."),
    AUTHORIZATION_HEADER_MALFORMED(
            "AuthorizationHeaderMalformed", 400, "The authorization header is malformed."),
    AUTHORIZATION_QUERY_PARAMETERS(
            "AuthorizationQueryParametersError", 400, "The authorization query is malformed."),
    BAD_DIGEST(
            "BadDigest", 400, "The checksum you specified did not match the calculated checksum."),
    BAD_REQUEST("BadRequest", 400, "The request is not valid HTTP."),
    BUCKET_ALREADY_EXISTS(
            "BucketAlreadyExists", 409, "The requested bucket name is not available."),
    BUCKET_ALREADY_OWNED_BY_YOU(
            "BucketAlreadyOwnedByYou", 409, "The bucket you tried to create already exists, "
                    + "and you own it."),
    BUCKET_NOT_EMPTY("BucketNotEmpty", 409, "The bucket you tried to delete is not empty."),
    CONDITIONAL_REQUEST_CONFLICT(
            "ConditionalRequestConflict", 409, "A conflicting operation occurred."),
    ENTITY_TOO_LARGE(
            "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed object size."),
    ENTITY_TOO_SMALL(
            "EntityTooSmall", 400,
            "Your proposed upload is smaller than the minimum allowed size."),
    EXPIRED_PRESIGNED("AccessDenied", 403, "Request has expired"),
    HEADER_TOO_LARGE(
            "RequestHeaderSectionTooLarge", 400, "Your request header section exceeds the limit."),
    ILLEGAL_VERSIONING(
            "IllegalVersioningConfigurationException", 400, "The Versioning element must be "
                    + "specified"),
    ILLEGAL_LOCATION_CONSTRAINT(
            "IllegalLocationConstraintException", 400, "The location constraint is incompatible "
                    + "with the region of this endpoint."),
    INCOMPLETE_BODY(
            "IncompleteBody", 400, "You did not provide the number of bytes specified by the "
                    + "Content-Length HTTP header."),
    INSUFFICIENT_STORAGE("InsufficientStorage", 507, "There is no room left on the disks."),
    INTERNAL_ERROR(
            "InternalError", 500, "We encountered an internal error. Please try again."),
    INVALID_ACCESS_KEY_ID(
            "InvalidAccessKeyId", 403, "The access key id you provided does not exist."),
    INVALID_ARGUMENT("InvalidArgument", 400, "Invalid Argument"),
    INVALID_BUCKET_NAME("InvalidBucketName", 400, "The specified bucket is not valid."),
    INVALID_DIGEST("InvalidDigest", 400, "The Content-MD5 you specified is not valid."),
    INVALID_LOCATION_CONSTRAINT(
            "InvalidLocationConstraint", 400, "The specified location constraint is not valid."),
    INVALID_PART(
            "InvalidPart", 400, "One or more of the specified parts could not be found. The part "
                    + "may not have been uploaded, or the specified entity tag may not match."),
    INVALID_PART_ORDER(
            "InvalidPartOrder", 400, "The list of parts was not in ascending order."),
    INVALID_POLICY(
            "InvalidPolicyDocument", 400, "The content of the form does not meet the conditions "
                    + "specified in the policy document."),
    INVALID_RANGE("InvalidRange", 416, "The requested range is not satisfiable"),
    INVALID_REQUEST("InvalidRequest", 400, "Invalid Request"),
    INVALID_STORAGE_CLASS(
            "InvalidStorageClass", 400, "The storage class you specified is not valid"),
    INVALID_URI("InvalidURI", 400, "Couldn't parse the specified URI."),
    KEY_TOO_LONG("KeyTooLongError", 400, "Your key is too long"),
    MALFORMED_POST(
            "MalformedPOSTRequest", 400, "The body of your POST request is not well-formed "
                    + "multipart/form-data."),
    MALFORMED_TRAILER(
            "MalformedTrailerError", 400, "The request contained trailing data that was not "
                    + "well-formed or did not conform to our published schema."),
    MALFORMED_XML(
            "MalformedXML", 400, "The XML you provided was not well-formed or did not validate "
                    + "against our published schema"),
    METADATA_TOO_LARGE(
            "MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed size."),
    METHOD_NOT_ALLOWED(
            "MethodNotAllowed", 405, "The specified method is not allowed against this resource."),
    MISSING_CONTENT_LENGTH(
            "MissingContentLength", 411, "You must provide the Content-Length HTTP header."),
    MISSING_REQUEST_BODY("MissingRequestBodyError", 400, "Request body is empty."),
    NO_SUCH_BUCKET("NoSuchBucket", 404, "The specified bucket does not exist"),
    NO_SUCH_BUCKET_POLICY("NoSuchBucketPolicy", 404, "The bucket policy does not exist"),
    NO_SUCH_CORS("NoSuchCORSConfiguration", 404, "The CORS configuration does not exist"),
    NO_SUCH_KEY("NoSuchKey", 404, "The specified key does not exist."),
    NO_SUCH_LIFECYCLE(
            "NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist"),
    NO_SUCH_OBJECT_LOCK(
            "ObjectLockConfigurationNotFoundError", 404, "Object Lock configuration does not "
                    + "exist for this bucket"),
    NO_SUCH_OBJECT_RETENTION(
            "NoSuchObjectLockConfiguration", 404, "The specified object does not have a "
                    + "ObjectLock configuration"),
    NO_SUCH_OWNERSHIP_CONTROLS(
            "OwnershipControlsNotFoundError", 404, "The bucket ownership controls were not found"),
    NO_SUCH_PUBLIC_ACCESS_BLOCK(
            "NoSuchPublicAccessBlockConfiguration", 404, "The public access block configuration "
                    + "was not found"),
    NO_SUCH_REPLICATION(
            "ReplicationConfigurationNotFoundError", 404, "The replication configuration was not "
                    + "found"),
    NO_SUCH_ENCRYPTION(
            "ServerSideEncryptionConfigurationNotFoundError", 404, "The server side encryption "
                    + "configuration was not found"),
    NO_SUCH_TAG_SET("NoSuchTagSet", 404, "The TagSet does not exist"),
    NO_SUCH_UPLOAD(
            "NoSuchUpload", 404, "The specified upload does not exist. The upload ID may be "
                    + "invalid, or the upload may have been aborted or completed."),
    NO_SUCH_VERSION("NoSuchVersion", 404, "The specified version does not exist."),
    NO_SUCH_WEBSITE(
            "NoSuchWebsiteConfiguration", 404, "The specified bucket does not have a website "
                    + "configuration"),
    NOT_IMPLEMENTED(
            "NotImplemented", 501, "A header or query you provided implies functionality that is "
                    + "not implemented."),
    NOT_MODIFIED("NotModified", 304, "Not Modified"),
    POST_FIELDS_TOO_LARGE(
            "MaxPostPreDataLengthExceeded", 400, "Your POST request fields preceding the upload "
                    + "file were too large."),
    PRECONDITION_FAILED(
            "PreconditionFailed", 412, "At least one of the pre-conditions you specified did not "
                    + "hold"),
    REQUEST_TIME_TOO_SKEWED(
            "RequestTimeTooSkewed", 403, "The difference between the request time and the "
                    + "current time is too large."),
    REQUEST_TIMEOUT(
            "RequestTimeout", 400, "Your socket connection to the server was not read from or "
                    + "written to within the timeout period."),
    SERVICE_UNAVAILABLE("ServiceUnavailable", 503, "Please try again."),
    SIGNATURE_DOES_NOT_MATCH(
            "SignatureDoesNotMatch", 403, "The request signature we calculated does not match the "
                    + "signature you provided. Check your key and signing method."),
    SLOW_DOWN("SlowDown", 503, "Please reduce your request rate."),
    UNSUPPORTED_AUTHORIZATION(
            "InvalidRequest", 400, "The authorization mechanism you have provided is not "
                    + "supported. Please use AWS4-HMAC-SHA256."),
    URI_TOO_LONG("RequestURITooLong", 414, "The request target is too long."),
    SHA256_MISMATCH(
            "XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does "
                    + "not match what was computed.");

    private final String code;
    private final int status;
    private final String message;

    S3Error(String code, int status, String message) {
        this.code = code;
        this.status = status;
        this.message = message;
    }

    /// What clients switch on.
    public String code() {
        return code;
    }

    /// HTTP status.
    public int status() {
        return status;
    }

    public String message() {
        return message;
    }

    /// Ends the request with this error.
    public S3Exception exception() {
        return new S3Exception(this, message);
    }

    /// Ends the request with this error and a more precise message; never with internals in it.
    public S3Exception exception(String precisely) {
        return new S3Exception(this, precisely);
    }
}
