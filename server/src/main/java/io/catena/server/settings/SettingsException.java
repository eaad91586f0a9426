package io.catena.server.settings;

/// A setting that cannot be used; the message names it, its origin and what would do.
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }
}
