package io.catena.client.chain;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.transport.FrameException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Asks replicas on behalf of gateways, with retries: the same request id over all attempts of a
/// write, the next replica for a read, a fresh configuration each time.
public final class ChainClient implements Chains {
    private final Vertx vertx;
    private final Topology topology;
    private final Optional<NodeId> near;
    private final ChainClientSettings settings;
    private final AtomicInteger turn = new AtomicInteger();
    private final Attempts attempts;

    /// @param near a node of this server, if there is one: its disks are read from first
    public ChainClient(
            Vertx vertx, Topology topology, Optional<NodeId> near, ChainClientSettings settings) {
        this.vertx = vertx;
        this.topology = topology;
        this.near = near;
        this.settings = settings;
        this.attempts = new Attempts(topology);
    }

    /// To be called when the topology has changed: requests to replicas that have left their chain
    /// go to another one at once.
    public void topologyChanged() {
        attempts.reconsider();
    }

    @Override
    public Future<ClientReply> write(
            ChainId chain, List<Condition> conditions, List<Mutation> mutations) {
        var random = ThreadLocalRandom.current();
        RequestId requestId = new RequestId(random.nextLong(), random.nextLong());
        return new Call(chain, settings.writeMillisMax(), settings.attemptMillisMax(),
                epoch -> new ClientMessage.Write(chain, epoch, requestId, conditions, mutations),
                (configuration, _) -> Routes.forWrite(configuration)).start();
    }

    @Override
    public Future<Optional<Version>> get(ChainId chain, Bytes key, ReadLevel level) {
        return read(chain, epoch -> new ClientMessage.Get(chain, epoch, key, level))
                .map(reply -> reply instanceof ClientReply.Found found
                        ? Optional.of(found.version()) : Optional.empty());
    }

    @Override
    public Future<ClientReply.Page> scan(ChainId chain, ScanRange range, ReadLevel level) {
        return read(chain, epoch -> new ClientMessage.Scan(chain, epoch, range, level))
                .map(ClientReply.Page.class::cast);
    }

    @Override
    public Future<Usage> usage(ChainId chain, Scopes scopes, ReadLevel level) {
        return read(chain, epoch -> new ClientMessage.GetUsage(chain, epoch, scopes, level))
                .map(reply -> ((ClientReply.Used) reply).usage());
    }

    private Future<ClientReply> read(ChainId chain, Function<Epoch, ClientMessage> message) {
        int start = turn.getAndIncrement();
        return new Call(chain, settings.readMillisMax(), settings.readAttemptMillisMax(), message,
                (configuration, attempt) ->
                        Routes.forRead(configuration, near, topology::sharesZone, attempt,
                                start)).start();
    }

    private interface Router {
        NodeId route(ChainConfiguration configuration, int attempt);
    }

    /// One request over all its attempts.
    private final class Call {
        private final ChainId chain;
        private final long attemptMillis;
        private final Function<Epoch, ClientMessage> message;
        private final Router router;
        private final Promise<ClientReply> promise = Promise.promise();
        private final long startNanos = System.nanoTime();
        private long budgetMillis;
        /// Why no replica that answered serves the read; with it, what the others lack is said.
        private Optional<String> tooStale = Optional.empty();
        private int attempt;
        /// An attempt ended without a word of what it did: it may have been, or still come to, a
        /// success.
        private boolean inDoubt;

        Call(ChainId chain, long budgetMillis, long attemptMillis,
                Function<Epoch, ClientMessage> message, Router router) {
            this.chain = chain;
            this.budgetMillis = budgetMillis;
            this.attemptMillis = attemptMillis;
            this.message = message;
            this.router = router;
        }

        Future<ClientReply> start() {
            Future<ClientReply> future = onCallersContext(promise);
            attempt();
            return future;
        }

        private void attempt() {
            Optional<ChainConfiguration> configuration = topology.configuration(chain);
            Optional<NodeId> route = configuration.map(c -> router.route(c, attempt));
            Optional<NodePort> node = route.flatMap(topology::node);
            if (node.isEmpty()) {
                next(Retry.afterNoAnswer("chain " + chain + " is not known here yet", attempt,
                        elapsedMillis(), budgetMillis), null);
                return;
            }
            Future<ClientReply> asked = node.get()
                    .ask(message.apply(configuration.get().epoch()), timeoutMillis());
            attempts.watch(configuration.get(), route.get(), asked).onComplete(
                    this::onReply, this::onNoAnswer);
        }

        private void onReply(ClientReply reply) {
            if (reply instanceof ClientReply.TooStale(String reason)) {
                tooStale = Optional.of(reason);
                budgetMillis = Math.min(budgetMillis, Retry.TOO_STALE_MILLIS_MAX);
            }
            inDoubt |= reply instanceof ClientReply.Unknown;
            next(Retry.after(reply, attempt, elapsedMillis(), budgetMillis), reply);
        }

        private void onNoAnswer(Throwable failure) {
            inDoubt |= !(failure instanceof FrameException.NotConnected);
            next(Retry.afterNoAnswer(
                    failure.getMessage(), attempt, elapsedMillis(), budgetMillis), null);
        }

        /// A last attempt may not make the whole much longer than it is allowed to be.
        private long timeoutMillis() {
            long leftMillis = Math.max(budgetMillis - elapsedMillis(), Retry.PAUSE_MILLIS_MAX);
            return Math.min(attemptMillis, leftMillis);
        }

        private long elapsedMillis() {
            return (System.nanoTime() - startNanos) / 1_000_000;
        }

        private void next(Retry retry, ClientReply reply) {
            switch (retry) {
                // The earlier attempt may be sequenced after what this refusal rests on.
                case Retry.Done _ when inDoubt && reply instanceof ClientReply.Refused ->
                        promise.fail(new StorageException(StorageException.Kind.UNAVAILABLE,
                                "an earlier attempt had no answer and may still take effect"));
                case Retry.Done _ -> promise.complete(reply);
                case Retry.Again again -> {
                    attempt++;
                    vertx.setTimer(again.pauseMillis(), _ -> attempt());
                }
                // Other kinds say that nothing happened, and let the caller take back what the
                // write names.
                case Retry.Fail fail -> promise.fail(new StorageException(inDoubt
                        ? StorageException.Kind.UNAVAILABLE : fail.kind(),
                        tooStale.orElse(fail.reason())));
            }
        }
    }

    private <T> Future<T> onCallersContext(Promise<T> promise) {
        var context = Vertx.currentContext();
        if (context == null) {
            return promise.future();
        }
        Promise<T> own = Promise.promise();
        promise.future().onComplete(result -> context.runOnContext(_ -> own.handle(result)));
        return own.future();
    }

    @Override
    public BodyWriter newBody(ChainId chain, int lengthBytes) {
        var random = ThreadLocalRandom.current();
        return copyOfBody(
                chain, new BodyId(random.nextLong(), random.nextLong()), lengthBytes);
    }

    @Override
    public BodyWriter copyOfBody(ChainId chain, BodyId id, int lengthBytes) {
        return new ChainBodyWriter(chain, id, lengthBytes, this::stage);
    }

    private Future<Void> stage(ChainId chain, BodyMessage.Stage chunk, Buffer bytes) {
        Promise<Void> promise = Promise.promise();
        Future<Void> future = onCallersContext(promise);
        Optional<ChainConfiguration> configuration = topology.configuration(chain);
        Optional<NodePort> head =
                configuration.flatMap(c -> topology.node(Routes.forWrite(c)));
        head.map(node -> attempts.watch(configuration.get(),
                        Routes.forWrite(configuration.get()),
                        node.body(chunk, bytes, settings.attemptMillisMax())))
                .orElseGet(() -> fail(StorageException.Kind.UNAVAILABLE,
                        "chain " + chain + " is not known here yet"))
                .compose(exchange -> staged(exchange.reply()))
                .recover(ChainClient::unavailable)
                .onComplete(promise);
        return future;
    }

    private static Future<Void> staged(BodyReply reply) {
        return switch (reply) {
            case BodyReply.Staged _ -> Future.succeededFuture();
            case BodyReply.NoSpace _ -> fail(StorageException.Kind.NO_SPACE,
                    "the disk of the chain's head is full");
            case BodyReply.Busy _ -> fail(StorageException.Kind.BUSY,
                    "the chain's head takes in too much");
            case BodyReply.Content _, BodyReply.Absent _, BodyReply.Damaged _,
                    BodyReply.Invalid _ -> fail(StorageException.Kind.UNAVAILABLE,
                    "the chain's head answers " + reply);
        };
    }

    private static <T> Future<T> fail(StorageException.Kind kind, String reason) {
        return Future.failedFuture(new StorageException(kind, reason));
    }

    private static <T> Future<T> unavailable(Throwable failure) {
        return Future.failedFuture(failure instanceof StorageException ? failure
                : new StorageException(
                        StorageException.Kind.UNAVAILABLE, failure.getMessage(), failure));
    }

    @Override
    public Future<Buffer> readBody(
            ChainId chain, BodyRef ref, int offsetBytes, int lengthBytes) {
        Promise<Buffer> promise = Promise.promise();
        Future<Buffer> future = onCallersContext(promise);
        var message = new BodyMessage.Read(chain, ref.id(), offsetBytes, lengthBytes);
        readBody(chain, message, turn.getAndIncrement(), 0, "no replica is known", promise);
        return future;
    }

    /// Any replica will do: bytes under an id never change. Each member is asked twice at the most.
    private void readBody(ChainId chain, BodyMessage.Read message, int start, int attempt,
            String lastReason, Promise<Buffer> promise) {
        Optional<ChainConfiguration> configuration = topology.configuration(chain);
        int attemptsMax = configuration.map(c -> 2 * c.members().size()).orElse(0);
        if (attempt >= attemptsMax) {
            promise.fail(new StorageException(StorageException.Kind.DAMAGED, lastReason));
            return;
        }
        Future<NodePort.BodyExchange> asked = topology
                .node(Routes.forRead(
                        configuration.get(), near, topology::sharesZone, attempt, start))
                .map(node -> node.body(message, Buffer.buffer(), settings.readAttemptMillisMax()))
                .orElseGet(() -> Future.failedFuture("the node is not known here yet"));
        asked.onComplete(exchange -> {
            if (exchange.reply() instanceof BodyReply.Content
                    && exchange.bytes().length() == message.lengthBytes()) {
                promise.complete(exchange.bytes());
            } else {
                readAgain(chain, message, start, attempt, exchange.reply().toString(), promise);
            }
        }, failure -> readAgain(chain, message, start, attempt, failure.getMessage(), promise));
    }

    private void readAgain(ChainId chain, BodyMessage.Read message, int start, int attempt,
            String reason, Promise<Buffer> promise) {
        vertx.setTimer(Retry.PAUSE_MILLIS_MIN << attempt, _ ->
                readBody(chain, message, start, attempt + 1, reason, promise));
    }

    @Override
    public List<ChainId> chains() {
        List<ChainId> chains = new ArrayList<>();
        topology.configurations().forEach(c -> chains.add(c.chain()));
        if (!chains.isEmpty()) {
            Collections.rotate(chains, -Math.floorMod(turn.getAndIncrement(), chains.size()));
        }
        // Longer chains first: what is short of members may refuse writes.
        chains.sort((a, b) -> Integer.compare(members(b), members(a)));
        return chains;
    }

    private int members(ChainId chain) {
        return topology.configuration(chain).map(c -> c.members().size()).orElse(0);
    }
}
