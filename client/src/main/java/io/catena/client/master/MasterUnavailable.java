package io.catena.client.master;

/// The master did not answer in time, or could not do it now; perhaps it was done.
public final class MasterUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MasterUnavailable(String message) {
        super(message, null, false, false);
    }
}
