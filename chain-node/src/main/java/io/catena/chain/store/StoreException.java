package io.catena.chain.store;

/// The disk did not do what it must; the replica on it leaves its chain.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
