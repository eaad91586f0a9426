package io.catena.master.api;

import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Result;
import io.catena.master.cluster.SealedAuthority;
import io.catena.master.cluster.TrustCommand;
import io.catena.master.cluster.TrustResult;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.message.JoinReply;
import io.catena.protocol.message.JoinRequest;
import io.catena.protocol.message.TrustMessage;
import io.catena.protocol.message.TrustReply;
import io.catena.transport.CertificateLife;
import io.catena.transport.CertificateRequest;
import io.catena.transport.ClusterKey;
import io.catena.transport.FrameException;
import io.catena.transport.PeerIdentity;
import io.catena.transport.Refusals.Reason;
import io.catena.transport.Role;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a leader does about who belongs to the cluster (decision 0010): founds its authority, makes
/// join tokens, takes them, certifies. On the leader's context; keys and signatures are worked on
/// elsewhere.
final class TrustDuty {
    private static final Logger LOG = LoggerFactory.getLogger(TrustDuty.class);
    private static final long TTL_MILLIS_MAX = 7 * 86_400_000L;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.*:_-]+");

    private final Context context;
    private final TrustSettings settings;
    private final List<MasterAddress> voters;
    private final String clusterId;
    private final Supplier<ClusterState> state;
    private final Function<Command, Future<Result>> submit;
    private final LongSupplier clockMillis;
    private boolean founding;

    TrustDuty(Context context, TrustSettings settings, MasterSettings master,
            Supplier<ClusterState> state, Function<Command, Future<Result>> submit,
            LongSupplier clockMillis) {
        this.context = context;
        this.settings = settings;
        this.voters = master.raft().voters();
        this.clusterId = master.raft().clusterId();
        this.state = state;
        this.submit = submit;
        this.clockMillis = clockMillis;
    }

    void onTick() {
        if (founding || state.get().trust().authority().isPresent()) {
            return;
        }
        founding = true;
        change(new TrustCommand.Found(settings.authority(),
                settings.founders().stream().map(NodeId::server).distinct().toList()))
                .onComplete(done -> {
                    founding = false;
                    LOG.info("the cluster's authority: {}",
                            done.succeeded() ? done.result() : done.cause().getMessage());
                });
    }

    private Future<TrustResult> change(TrustCommand command) {
        return submit.apply(new Command.OfTrust(command)).map(result -> switch (result) {
            case Result.OfTrust r -> r.result();
            case Result.Registered _, Result.Done _, Result.BucketCreated _, Result.BucketExists _,
                    Result.NoSuchBucket _, Result.OtherShards _, Result.AccountRefused _,
                    Result.Refused _ ->
                    throw new IllegalStateException("a change of trust came to " + result);
        });
    }

    /// What a member of the cluster asks.
    Future<TrustReply> onMessage(PeerIdentity peer, TrustMessage message) {
        return switch (message) {
            case TrustMessage.CreateJoinToken m -> mayAdminister(peer)
                    ? createToken(m) : wrongRole(peer, "may not make join tokens");
            case TrustMessage.RemoveServer m -> mayAdminister(peer)
                    ? remove(m.server()) : wrongRole(peer, "may not remove servers");
            case TrustMessage.RenewCertificate m -> peer instanceof PeerIdentity.Node(NodeId id, _)
                    ? renew(id, m) : wrongRole(peer, "is no server");
        };
    }

    static boolean mayAdminister(PeerIdentity peer) {
        return peer.has(Role.GATEWAY) || peer instanceof PeerIdentity.Client;
    }

    private Future<TrustReply> wrongRole(PeerIdentity peer, String why) {
        settings.refusals().refuse(Reason.WRONG_ROLE, peer.uri(), why);
        return refused(peer.uri() + " " + why);
    }

    private static Future<TrustReply> refused(String reason) {
        return Future.succeededFuture(new TrustReply.Refused(reason));
    }

    private Future<TrustReply> createToken(TrustMessage.CreateJoinToken message) {
        if (message.ttlMillis() < 1 || message.ttlMillis() > TTL_MILLIS_MAX) {
            return refused("a join token lasts at most seven days");
        }
        long nowMillis = clockMillis.getAsLong();
        long expiresMillis = nowMillis + message.ttlMillis();
        Bytes secret = ClusterKey.random(JoinToken.SECRET_BYTES);
        return change(new TrustCommand.AddToken(
                        CertificateRequest.digest(secret.toArray()), expiresMillis, nowMillis))
                .map(result -> switch (result) {
                    case TrustResult.Done _ ->
                            new TrustReply.TokenMade(token(secret, expiresMillis));
                    case TrustResult.Refused r -> new TrustReply.Refused(r.reason());
                    case TrustResult.Joined _, TrustResult.BadToken _ ->
                            throw new IllegalStateException("a new token came to " + result);
                });
    }

    private JoinToken token(Bytes secret, long expiresMillis) {
        try {
            return new JoinToken(clusterId, expiresMillis,
                    CertificateLife.digest(authority().certificatePem()), secret, voters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the authority's certificate is damaged", e);
        }
    }

    private SealedAuthority authority() {
        return state.get().trust().authority().orElseThrow(() ->
                new FrameException.Refused("the cluster is not founded yet"));
    }

    private Future<TrustReply> remove(int server) {
        if (voters.stream().anyMatch(voter -> voter.node().server() == server)) {
            return refused("server " + server + " is a voter of the master");
        }
        return change(new TrustCommand.RemoveServer(server)).map(result -> switch (result) {
            case TrustResult.Done _ -> new TrustReply.Done();
            case TrustResult.Refused r -> new TrustReply.Refused(r.reason());
            case TrustResult.Joined _, TrustResult.BadToken _ ->
                    throw new IllegalStateException("a removal came to " + result);
        });
    }

    private Future<TrustReply> renew(NodeId asking, TrustMessage.RenewCertificate message) {
        if (!state.get().trust().servers().contains(asking.server())) {
            settings.refusals().refuse(Reason.REMOVED_SERVER, asking.toString(),
                    "it asks for a certificate and is no server of the cluster");
            return refused(asking + " is no server of this cluster");
        }
        return verified(message.certificateRequest())
                .compose(request -> certify(asking, request, message.names()))
                .<TrustReply>map(TrustReply.Certified::new)
                .recover(e -> isMalformed(e)
                        ? malformed(asking.toString(), e).map(TrustReply.Refused::new)
                        : Future.failedFuture(e));
    }

    /// A server without a certificate shows a token.
    ///
    /// @param from its address
    Future<JoinReply> join(JoinRequest request, String from) {
        Bytes hash = CertificateRequest.digest(request.secret().toArray());
        if (!state.get().trust().tokens().containsKey(hash)) {
            // Before anything costs more than a hash.
            return badToken(TrustResult.Fault.UNKNOWN, from);
        }
        return verified(request.certificateRequest())
                .compose(asked -> change(new TrustCommand.UseToken(
                                hash, asked.keyHash(), clockMillis.getAsLong()))
                        .compose(result -> onTokenUsed(result, asked, request, from)))
                .recover(e -> isMalformed(e) ? malformed(from, e).map(JoinReply.Refused::new)
                        : Future.succeededFuture(new JoinReply.Unavailable(e.getMessage())));
    }

    private Future<JoinReply> onTokenUsed(
            TrustResult result, CertificateRequest asked, JoinRequest request, String from) {
        return switch (result) {
            case TrustResult.Joined(int server) -> {
                LOG.info("server {} joins from {}", server, from);
                NodeId node = new NodeId(server);
                yield certify(node, asked, request.names()).map(pem ->
                        new JoinReply.Joined(node, pem, voters, settings.shared()));
            }
            case TrustResult.BadToken(TrustResult.Fault fault) -> badToken(fault, from);
            case TrustResult.Refused(String reason) ->
                    Future.succeededFuture(new JoinReply.Refused(reason));
            case TrustResult.Done _ ->
                    throw new IllegalStateException("a use of a token came to " + result);
        };
    }

    private Future<JoinReply> badToken(TrustResult.Fault fault, String from) {
        Reason reason = switch (fault) {
            case UNKNOWN -> Reason.UNKNOWN_TOKEN;
            case EXPIRED -> Reason.EXPIRED_TOKEN;
            case USED -> Reason.USED_TOKEN;
        };
        String what = switch (fault) {
            case UNKNOWN -> "the join token is not of this cluster, or was never made";
            case EXPIRED -> "the join token has expired";
            case USED -> "the join token was used before";
        };
        settings.refusals().refuse(reason, from, what);
        return Future.succeededFuture(new JoinReply.Refused(what));
    }

    private Future<CertificateRequest> verified(Bytes der) {
        return context.executeBlocking(() -> CertificateRequest.verified(der), false);
    }

    private Future<String> certify(
            NodeId server, CertificateRequest request, List<String> names) {
        SealedAuthority sealed = authority();
        PeerIdentity identity = new PeerIdentity.Node(server, roles(server));
        Instant now = Instant.ofEpochMilli(clockMillis.getAsLong());
        if (!names.stream().allMatch(name -> NAME.matcher(name).matches())) {
            return Future.failedFuture(new IllegalArgumentException("a name is no host name"));
        }
        return context.executeBlocking(() -> AuthoritySeal.open(sealed, settings.key())
                .certify(identity, request.key(), names, now, settings.certificateLife()), false);
    }

    private Set<Role> roles(NodeId server) {
        boolean votes = voters.stream().anyMatch(voter -> voter.node().sharesServer(server));
        return votes ? EnumSet.allOf(Role.class) : EnumSet.of(Role.NODE, Role.GATEWAY);
    }

    private static boolean isMalformed(Throwable failure) {
        return failure instanceof GeneralSecurityException
                || failure instanceof IllegalArgumentException;
    }

    private Future<String> malformed(String who, Throwable failure) {
        settings.refusals().refuse(Reason.MALFORMED_REQUEST, who, failure.getMessage());
        return Future.succeededFuture(failure.getMessage());
    }
}
