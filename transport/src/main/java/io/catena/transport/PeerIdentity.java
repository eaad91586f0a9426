package io.catena.transport;

import io.catena.protocol.chain.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who a certificate of the cluster's authority speaks for, read from its URI names:
/// `catena://node/3` with `catena://role/master` and the like, or `catena://client/admin`.
public sealed interface PeerIdentity {
    /// A server of the cluster, which speaks for all its nodes.
    ///
    /// @param id the first of them
    /// @param roles what it may do
    record Node(NodeId id, Set<Role> roles) implements PeerIdentity {
        public Node {
            id = id.first();
            roles = Collections.unmodifiableSet(roles.isEmpty()
                    ? EnumSet.noneOf(Role.class) : EnumSet.copyOf(roles));
        }

        /// A server that does everything.
        public Node(NodeId id) {
            this(id, EnumSet.allOf(Role.class));
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

    /// Who shows no certificate: a server that wants to join. Speaks for nobody.
    record Stranger() implements PeerIdentity {}

    /// The URI name that stands in the certificate.
    default String uri() {
        return switch (this) {
            case Stranger _ -> "catena://stranger";
            case Node node -> "catena://node/" + node.id().server();
            case Client client -> "catena://client/" + client.name();
        };
    }

    /// Whether the peer speaks for this node.
    default boolean isServerOf(NodeId node) {
        return this instanceof Node(NodeId id, _) && id.sharesServer(node);
    }

    /// Whether the peer is a server that may do what this role does.
    default boolean has(Role role) {
        return this instanceof Node(_, Set<Role> roles) && roles.contains(role);
    }

    /// What all of this stands for in a certificate.
    default List<String> uris() {
        List<String> uris = new ArrayList<>(List.of(uri()));
        if (this instanceof Node(_, Set<Role> roles)) {
            roles.forEach(role -> uris.add(role.uri()));
        }
        return uris;
    }

    /// The identity in a certificate, which TLS has verified to be the authority's.
    ///
    /// @throws FrameException.NotConnected when it has none: a certificate made for something else
    static PeerIdentity of(X509Certificate certificate) {
        List<String> names = names(certificate);
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (names.contains(role.uri())) {
                roles.add(role);
            }
        }
        return names.stream().map(name -> parse(name, roles)).filter(Objects::nonNull).findFirst()
                .orElseThrow(() -> new FrameException.NotConnected(
                        "no cluster identity in certificate "
                                + certificate.getSubjectX500Principal(), null));
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return (names == null ? List.<List<?>>of() : names).stream()
                    .map(name -> String.valueOf(name.get(1))).toList();
        } catch (CertificateParsingException e) {
            throw new FrameException.NotConnected("certificate is malformed", e);
        }
    }

    private static PeerIdentity parse(String uri, Set<Role> roles) {
        Matcher node = Pattern.compile("catena://node/([1-9][0-9]{0,6})").matcher(uri);
        if (node.matches()) {
            return new Node(new NodeId(Integer.parseInt(node.group(1))), roles);
        }
        Matcher client = Pattern.compile("catena://client/([A-Za-z0-9._-]{1,64})").matcher(uri);
        return client.matches() ? new Client(client.group(1)) : null;
    }
}
