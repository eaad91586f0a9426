package io.catena.master;

import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.transport.CertificateAuthority;
import io.catena.transport.PeerIdentity;
import io.catena.transport.Tls;
import io.catena.transport.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Addresses on loopback and certificates for the servers of a test.
public final class Loopback {
    public static final String HOST = "127.0.0.1";
    public static final TransportSettings TRANSPORT = new TransportSettings(
            "test-cluster", 2 << 20, 1_000, 16 << 20, 200, 3, 1_000);

    private final CertificateAuthority authority;

    public Loopback() throws Exception {
        authority = CertificateAuthority.create("test", Instant.now());
    }

    public Tls node(int id) throws Exception {
        return new Tls(
                authority.issue(new PeerIdentity.Node(new NodeId(id)), List.of(HOST), Instant.now(),
                        Duration.ofDays(1)),
                authority.certificatePem());
    }

    /// Voters 1 to `count` on ports that were free a moment ago.
    public static List<MasterAddress> addresses(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<MasterAddress> addresses = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST));
            held.add(socket);
            addresses.add(new MasterAddress(new NodeId(id), HOST, socket.getLocalPort()));
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return addresses;
    }
}
