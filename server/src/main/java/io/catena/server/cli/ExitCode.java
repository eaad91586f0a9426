package io.catena.server.cli;

/// What the program ends with; 0 is success.
public enum ExitCode {
    FAILURE(1), USAGE(2), NOT_FOUND(3), DENIED(4), CONFLICT(5), UNAVAILABLE(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// What an HTTP status means to who asked.
    static ExitCode ofStatus(int status) {
        return switch (status) {
            case 400, 411, 413, 415 -> USAGE;
            case 401, 403 -> DENIED;
            case 404 -> NOT_FOUND;
            case 409 -> CONFLICT;
            case 429, 503, 507 -> UNAVAILABLE;
            default -> FAILURE;
        };
    }
}
