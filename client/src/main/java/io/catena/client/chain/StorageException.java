package io.catena.client.chain;

/// Why storage did not do what it was asked. The kind says what the caller can do about it; the
/// message is for people.
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Kinds, by remedy.
    public enum Kind {
        /// Nothing happened, or its outcome could not be learnt in time: try again later (S3: 503).
        UNAVAILABLE,
        /// Too much at once: slow down (S3: 503 SlowDown).
        BUSY,
        /// The client took too long to send (S3: 400 RequestTimeout).
        TOO_SLOW,
        /// No room on the disks (S3: 507).
        NO_SPACE,
        /// The conditional write met another object than it expects (S3: 412).
        PRECONDITION_FAILED,
        /// The conditional write expects an object, and there is none (S3: 404 for If-Match).
        NO_SUCH_KEY,
        /// The bucket was deleted meanwhile or never existed.
        NO_SUCH_BUCKET,
        BUCKET_EXISTS,
        BUCKET_NOT_EMPTY,
        /// The multipart upload does not exist, was completed or aborted.
        NO_SUCH_UPLOAD,
        /// A part named at completion does not exist or has another ETag.
        INVALID_PART,
        /// No replica has the bytes undamaged.
        DAMAGED
    }

    private final Kind kind;

    public StorageException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public StorageException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
