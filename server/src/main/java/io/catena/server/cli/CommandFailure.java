package io.catena.server.cli;

/// A command ends with a sentence and an exit code.
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    CommandFailure(ExitCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public ExitCode code() {
        return code;
    }
}
