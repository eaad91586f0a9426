/// Framed connections between servers: mutual TLS 1.3 with the cluster's own certificate authority,
/// length-prefixed frames, one-way messages and requests, every queue bounded.
///
/// Read first: [FrameConnection] for what a link promises, `SocketConnection` for how it keeps it.
package io.catena.transport;
