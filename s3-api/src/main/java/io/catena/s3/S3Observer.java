package io.catena.s3;

/// Told about every request after it was answered; called on event loops, so it must be quick and
/// safe for several threads.
@FunctionalInterface
public interface S3Observer {
    S3Observer NONE = (_, _, _, _, _) -> { };

    /// @param operation S3's name, or `Unknown` when the request was refused before that was clear
    /// @param status HTTP status
    /// @param bytesIn of the body, as received
    /// @param bytesOut of the body, as sent
    /// @param nanos from the request's head to the end of the answer
    void onAnswered(String operation, int status, long bytesIn, long bytesOut, long nanos);
}
