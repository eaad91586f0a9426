package io.catena.admin;

/// The errors that are this API's own; those of authentication and storage are S3's.
enum AdminError {
    BODY_TOO_LARGE("BodyTooLarge", 413),
    CONFLICT("Conflict", 409),
    INVALID_ARGUMENT("InvalidArgument", 400),
    KEY_EXISTS("KeyExists", 409),
    LAST_ROOT_KEY("LastRootKey", 409),
    MALFORMED_JSON("MalformedJson", 400),
    METHOD_NOT_ALLOWED("MethodNotAllowed", 405),
    NO_SUCH_KEY("NoSuchKey", 404),
    NO_SUCH_PATH("NoSuchPath", 404),
    NO_SUCH_SERVER("NoSuchServer", 404),
    NO_SUCH_USER("NoSuchUser", 404),
    ROOT_USER("RootUser", 409),
    TOO_MANY_FAILURES("TooManyFailures", 429),
    TOO_MANY_KEYS("TooManyKeys", 409),
    TOO_MANY_USERS("TooManyUsers", 409),
    UNSUPPORTED_MEDIA_TYPE("UnsupportedMediaType", 415),
    USER_EXISTS("UserExists", 409),
    USER_OWNS_BUCKETS("UserOwnsBuckets", 409);

    private final String code;
    private final int status;

    AdminError(String code, int status) {
        this.code = code;
        this.status = status;
    }

    AdminException exception(String message) {
        return new AdminException(status, code, message);
    }
}
