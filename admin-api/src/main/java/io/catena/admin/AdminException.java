package io.catena.admin;

import io.catena.client.master.AccountRefused;
import io.catena.client.master.MasterRefused;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.s3.error.S3Exception;

/// A request ends with an error that its sender is told. Expected, so without a stack trace.
final class AdminException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    AdminException(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    /// What the sender is told about `failure`; InternalError when it is none of its business.
    static AdminException of(Throwable failure) {
        return switch (failure) {
            case AdminException known -> known;
            case AccountRefused refused -> of(refused.refusal());
            case MasterRefused refused -> AdminError.CONFLICT.exception(refused.getMessage());
            default -> of(S3Exception.of(failure));
        };
    }

    private static AdminException of(S3Exception told) {
        return new AdminException(told.error().status(), told.error().code(), told.getMessage());
    }

    private static AdminException of(AccountRefusal refusal) {
        return switch (refusal) {
            case NO_SUCH_USER -> AdminError.NO_SUCH_USER.exception("There is no such user.");
            case USER_EXISTS -> AdminError.USER_EXISTS.exception("A user has this id.");
            case USER_OWNS_BUCKETS -> AdminError.USER_OWNS_BUCKETS.exception(
                    "The user owns buckets: delete them first.");
            case ROOT_USER -> AdminError.ROOT_USER.exception(
                    "The root user stays an administrator, enabled, and there.");
            case NO_SUCH_KEY -> AdminError.NO_SUCH_KEY.exception("There is no such access key.");
            case KEY_EXISTS -> AdminError.KEY_EXISTS.exception("An access key has this id.");
            case LAST_ROOT_KEY -> AdminError.LAST_ROOT_KEY.exception(
                    "It is the root user's last active key: make another one first.");
            case TOO_MANY_USERS -> AdminError.TOO_MANY_USERS.exception(
                    "The cluster has as many users as it takes.");
            case TOO_MANY_KEYS -> AdminError.TOO_MANY_KEYS.exception(
                    "The user, or the cluster, has as many access keys as it takes.");
            case TOO_LONG -> AdminError.INVALID_ARGUMENT.exception("A text is too long.");
        };
    }
}
