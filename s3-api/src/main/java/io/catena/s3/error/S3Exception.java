package io.catena.s3.error;

import io.catena.client.chain.StorageException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A request ends with an error that its sender is told. Expected, so without a stack trace: a
/// flood of bad requests must stay cheap.
public final class S3Exception extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final S3Error error;
    private final transient SortedMap<String, String> headers = new TreeMap<>();

    S3Exception(S3Error error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    public S3Error error() {
        return error;
    }

    /// This, with a header in its answer.
    public S3Exception with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /// What the answer tells beside the error.
    public SortedMap<String, String> headers() {
        return Collections.unmodifiableSortedMap(headers);
    }

    /// What the client is told about `failure`; INTERNAL_ERROR when it is none of its business.
    public static S3Exception of(Throwable failure) {
        return switch (failure) {
            case S3Exception known -> known;
            case StorageException storage -> of(storage);
            default -> S3Error.INTERNAL_ERROR.exception();
        };
    }

    private static S3Exception of(StorageException storage) {
        return switch (storage.kind()) {
            case UNAVAILABLE -> S3Error.SERVICE_UNAVAILABLE.exception(storage.getMessage());
            case BUSY -> S3Error.SLOW_DOWN.exception();
            case TOO_SLOW -> S3Error.REQUEST_TIMEOUT.exception(storage.getMessage());
            case NO_SPACE -> S3Error.INSUFFICIENT_STORAGE.exception();
            case PRECONDITION_FAILED -> S3Error.PRECONDITION_FAILED.exception();
            case NO_SUCH_KEY -> S3Error.NO_SUCH_KEY.exception();
            case NO_SUCH_BUCKET -> S3Error.NO_SUCH_BUCKET.exception();
            case BUCKET_EXISTS -> S3Error.BUCKET_ALREADY_EXISTS.exception();
            case BUCKET_NOT_EMPTY -> S3Error.BUCKET_NOT_EMPTY.exception();
            case NO_SUCH_UPLOAD -> S3Error.NO_SUCH_UPLOAD.exception();
            case INVALID_PART -> S3Error.INVALID_PART.exception();
            case DAMAGED -> S3Error.INTERNAL_ERROR.exception("No undamaged copy of the object "
                    + "could be read.");
        };
    }
}
