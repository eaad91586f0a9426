package io.catena.transport;

import java.util.Locale;

/// What a server of the cluster may do, as its certificate says.
public enum Role {
    /// Has disks: replicas in chains, a session with the master for each.
    NODE,
    /// Votes in the master group.
    MASTER,
    /// Serves clients: asks nodes for objects, and the master for changes.
    GATEWAY;

    /// The URI name that stands in the certificate.
    String uri() {
        return "catena://role/" + name().toLowerCase(Locale.ROOT);
    }
}
