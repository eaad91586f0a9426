package io.catena.client.master;

/// The master will not do it, however often it is asked.
public final class MasterRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MasterRefused(String message) {
        super(message, null, false, false);
    }
}
