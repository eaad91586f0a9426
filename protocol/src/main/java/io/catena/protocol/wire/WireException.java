package io.catena.protocol.wire;

/// Bytes from a peer or a disk that are not what the format says.
public final class WireException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }
}
