package io.catena.transport;

/// Limits of the connections between servers.
///
/// @param clusterId both ends of a connection name the same one, or it is refused
/// @param frameBytesMax the largest payload; more refuses larger blocks, less costs memory per
///     frame
/// @param requestsMax requests without an answer per connection and direction
/// @param outgoingBytesMax bytes per connection that wait for the socket; beyond it one-way
///     messages are dropped and requests fail with [FrameException.Overloaded]. At least one frame.
/// @param pingMillis how often a connection pings and looks whether its peer is silent
/// @param silentPingsMax pings in a row without a byte from the peer until the connection is closed
/// @param connectMillis for TCP, TLS and the first frame of a new connection, each
public record TransportSettings(
        String clusterId,
        int frameBytesMax,
        int requestsMax,
        int outgoingBytesMax,
        int pingMillis,
        int silentPingsMax,
        int connectMillis) {
    private static final int STRANGERS_FRAME_BYTES_MAX = 64 << 10;

    public TransportSettings {
        require(!clusterId.isBlank() && clusterId.length() <= 200, "clusterId: 1 to 200 letters");
        require(frameBytesMax >= 1 << 10 && frameBytesMax <= 1 << 28, "frameBytesMax");
        require(requestsMax >= 1, "requestsMax");
        require(outgoingBytesMax >= frameBytesMax, "outgoingBytesMax holds at least one frame");
        require(pingMillis >= 10, "pingMillis");
        require(silentPingsMax >= 2, "silentPingsMax: a pong needs one interval to arrive");
        require(connectMillis >= 10, "connectMillis");
    }

    /// What a server uses: a block of 4 MiB with its header in a frame, three seconds of silence.
    public static TransportSettings defaults(String clusterId) {
        return new TransportSettings(
                clusterId, (4 << 20) + (64 << 10), 4_096, 64 << 20, 1_000, 3, 3_000);
    }

    /// For peers that nothing is known of: small frames, one request.
    TransportSettings ofStrangers() {
        return new TransportSettings(clusterId, STRANGERS_FRAME_BYTES_MAX, 1,
                2 * STRANGERS_FRAME_BYTES_MAX, pingMillis, silentPingsMax, connectMillis);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("transport settings: " + what);
        }
    }
}
