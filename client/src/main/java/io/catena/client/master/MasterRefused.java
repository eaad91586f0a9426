package io.catena.client.master;

/// The master does not do it as things are, and says why; nothing was changed.
public final class MasterRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MasterRefused(String reason) {
        super(reason, null, false, false);
    }
}
