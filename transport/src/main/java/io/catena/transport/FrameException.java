package io.catena.transport;

/// Why a request has no answer. The kinds follow what the caller may conclude. Without stack
/// traces: they are made often when a peer dies, and tell nothing about this program.
public abstract sealed class FrameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private FrameException(String message, Throwable cause) {
        super(message, cause, false, false);
    }

    /// A bound of this connection is reached; nothing was sent.
    public static final class Overloaded extends FrameException {
        private static final long serialVersionUID = 1L;

        public Overloaded(String message) {
            super(message, null);
        }
    }

    /// No answer in time; the request may have been carried out.
    public static final class TimedOut extends FrameException {
        private static final long serialVersionUID = 1L;

        public TimedOut(String message) {
            super(message, null);
        }
    }

    /// The connection is closed; the request may have been carried out.
    public static final class Closed extends FrameException {
        private static final long serialVersionUID = 1L;

        public Closed(String message) {
            super(message, null);
        }
    }

    /// The peer answered with a failure. A handler fails its future with it to choose the message.
    public static final class Refused extends FrameException {
        private static final long serialVersionUID = 1L;

        public Refused(String message) {
            super(message, null);
        }
    }

    /// No connection: nobody listens, TLS failed, another cluster, another node than expected.
    public static final class NotConnected extends FrameException {
        private static final long serialVersionUID = 1L;

        public NotConnected(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The peer means another cluster, or speaks another version of the protocol.
    public static final class OtherCluster extends FrameException {
        private static final long serialVersionUID = 1L;

        public OtherCluster(String message) {
            super(message, null);
        }
    }
}
