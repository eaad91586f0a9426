package io.catena.master.cluster;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.NodeId;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Who belongs to the cluster: the part of [ClusterState] that certificates rest on. Immutable.
///
/// @param authority empty until the cluster is founded
/// @param servers that get certificates
/// @param serverLast the highest number ever given: none is given twice
/// @param removed servers whose certificates count no more
/// @param tokens with which servers may join, by the hash of their secret
public record Trust(
        Optional<SealedAuthority> authority,
        SortedSet<Integer> servers,
        int serverLast,
        SortedSet<Integer> removed,
        SortedMap<Bytes, Token> tokens) {
    public static final int TOKENS_MAX = 1_000;
    public static final int REMOVED_MAX = 10_000;
    /// So long it is told from a token that never was.
    static final long EXPIRED_KEPT_MILLIS = 86_400_000L;

    public static final Trust NONE = new Trust(
            Optional.empty(), new TreeSet<>(), 0, new TreeSet<>(), new TreeMap<>());

    /// @param use by whom, if it was used
    public record Token(long expiresMillis, Optional<Use> use) {}

    /// @param keyHash of the public key that came with the token
    /// @param server the number that it was given
    public record Use(Bytes keyHash, int server) {}

    /// A state and what the command that led to it came to.
    record Applied(Trust trust, TrustResult result) {}

    public Trust {
        servers = Collections.unmodifiableSortedSet(servers);
        removed = Collections.unmodifiableSortedSet(removed);
        tokens = Collections.unmodifiableSortedMap(tokens);
    }

    /// Whether this server's certificates count no more.
    public boolean isRemoved(NodeId node) {
        return removed.contains(node.server());
    }

    /// The state after `command`; the same one when it is refused or repeated.
    Applied apply(TrustCommand command) {
        return switch (command) {
            case TrustCommand.Found c -> found(c);
            case TrustCommand.AddToken c -> addToken(c);
            case TrustCommand.UseToken c -> useToken(c);
            case TrustCommand.RemoveServer c -> removeServer(c);
        };
    }

    private Applied found(TrustCommand.Found command) {
        if (authority.isPresent()) {
            return refused("the cluster has an authority already");
        }
        if (command.servers().isEmpty()
                || command.servers().stream().anyMatch(server -> !isNumber(server))) {
            return refused("a cluster starts with servers that have numbers");
        }
        SortedSet<Integer> first = new TreeSet<>(command.servers());
        return done(new Trust(
                Optional.of(command.authority()), first, first.last(), removed, tokens));
    }

    private static boolean isNumber(int server) {
        return server >= 1 && server <= NodeId.SERVER_MAX;
    }

    private Applied addToken(TrustCommand.AddToken command) {
        SortedMap<Bytes, Token> next = new TreeMap<>(tokens);
        next.values().removeIf(token ->
                token.expiresMillis() + EXPIRED_KEPT_MILLIS < command.atMillis());
        if (authority.isEmpty()) {
            return refused("the cluster is not founded yet");
        }
        if (next.size() >= TOKENS_MAX) {
            return refused("there are " + TOKENS_MAX + " join tokens");
        }
        if (next.containsKey(command.hash())) {
            return refused("this token was made before");
        }
        next.put(command.hash(), new Token(command.expiresMillis(), Optional.empty()));
        return done(with(servers, serverLast, next));
    }

    private Applied useToken(TrustCommand.UseToken command) {
        Token token = tokens.get(command.hash());
        if (token == null) {
            return bad(TrustResult.Fault.UNKNOWN);
        }
        if (token.use().filter(use -> !use.keyHash().equals(command.keyHash())
                || !servers.contains(use.server())).isPresent()) {
            return bad(TrustResult.Fault.USED);
        }
        if (token.expiresMillis() < command.atMillis()) {
            return bad(TrustResult.Fault.EXPIRED);
        }
        return token.use().map(use -> same(new TrustResult.Joined(use.server())))
                .orElseGet(() -> join(command, token));
    }

    private Applied join(TrustCommand.UseToken command, Token token) {
        if (servers.size() >= ClusterState.NODES_MAX || serverLast >= NodeId.SERVER_MAX) {
            return refused("the cluster has " + servers.size() + " servers");
        }
        int server = serverLast + 1;
        SortedSet<Integer> more = new TreeSet<>(servers);
        more.add(server);
        SortedMap<Bytes, Token> next = new TreeMap<>(tokens);
        next.put(command.hash(), new Token(token.expiresMillis(),
                Optional.of(new Use(command.keyHash(), server))));
        return new Applied(with(more, server, next), new TrustResult.Joined(server));
    }

    private Applied removeServer(TrustCommand.RemoveServer command) {
        if (removed.contains(command.server())) {
            return same(new TrustResult.Done());
        }
        if (!servers.contains(command.server())) {
            return refused("there is no server " + command.server());
        }
        if (servers.size() == 1 || removed.size() >= REMOVED_MAX) {
            return refused(servers.size() == 1 ? "it is the only server"
                    : REMOVED_MAX + " servers were removed");
        }
        SortedSet<Integer> fewer = new TreeSet<>(servers);
        fewer.remove(command.server());
        SortedSet<Integer> more = new TreeSet<>(removed);
        more.add(command.server());
        return done(new Trust(authority, fewer, serverLast, more, tokens));
    }

    private Trust with(
            SortedSet<Integer> nextServers, int nextLast, SortedMap<Bytes, Token> nextTokens) {
        return new Trust(authority, nextServers, nextLast, removed, nextTokens);
    }

    private static Applied done(Trust next) {
        return new Applied(next, new TrustResult.Done());
    }

    private Applied same(TrustResult result) {
        return new Applied(this, result);
    }

    private Applied bad(TrustResult.Fault fault) {
        return same(new TrustResult.BadToken(fault));
    }

    private Applied refused(String reason) {
        return same(new TrustResult.Refused(reason));
    }
}
