package io.catena.server;

import io.catena.chain.link.ChainLink;
import io.catena.server.settings.ServerSettings;
import io.catena.transport.FrameClient;
import io.vertx.core.Vertx;

/// What the disks of a server share.
///
/// @param links to the other servers
/// @param nodes where a disk that has its seat is entered
/// @param end of the process, when what is in memory cannot be trusted
record DiskParts(
        Vertx vertx, ServerSettings settings, FrameClient client, ChainLink links, LocalNodes nodes,
        ServerSessions sessions, ProcessEnd end) {}
