package io.catena.transport;

import io.catena.protocol.chain.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who a certificate of the cluster's authority speaks for, read from its URI name:
/// `catena://node/3` or `catena://client/admin`.
public sealed interface PeerIdentity {
    /// A server of the cluster, which speaks for all its nodes.
    ///
    /// @param id the first of them
    record Node(NodeId id) implements PeerIdentity {
        public Node {
            id = id.first();
        }
    }

    /// A program that is no server: the command line, a console.
    record Client(String name) implements PeerIdentity {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

        public Client {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("client name " + name);
            }
        }
    }

    /// The URI name that stands in the certificate.
    default String uri() {
        return switch (this) {
            case Node node -> "catena://node/" + node.id().server();
            case Client client -> "catena://client/" + client.name();
        };
    }

    /// Whether the peer speaks for this node.
    default boolean isServerOf(NodeId node) {
        return this instanceof Node(NodeId id) && id.sharesServer(node);
    }

    /// The identity in a certificate, which TLS has verified to be the authority's.
    ///
    /// @throws FrameException.NotConnected when it has none: a certificate made for something else
    static PeerIdentity of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return (names == null ? List.<List<?>>of() : names).stream()
                    .map(name -> parse(String.valueOf(name.get(1))))
                    .filter(Objects::nonNull).findFirst()
                    .orElseThrow(() -> new FrameException.NotConnected(
                            "no cluster identity in certificate "
                                    + certificate.getSubjectX500Principal(), null));
        } catch (CertificateParsingException e) {
            throw new FrameException.NotConnected("certificate is malformed", e);
        }
    }

    private static PeerIdentity parse(String uri) {
        Matcher node = Pattern.compile("catena://node/([1-9][0-9]{0,6})").matcher(uri);
        if (node.matches()) {
            return new Node(new NodeId(Integer.parseInt(node.group(1))));
        }
        Matcher client = Pattern.compile("catena://client/([A-Za-z0-9._-]{1,64})").matcher(uri);
        return client.matches() ? new Client(client.group(1)) : null;
    }
}
