package io.catena.chain.store.lmdb;

/// What is on the disk is not what was written there. Nothing that hangs on it may be believed.
final class DamageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamageException(String message) {
        super(message);
    }

    DamageException(String message, Throwable cause) {
        super(message, cause);
    }
}
