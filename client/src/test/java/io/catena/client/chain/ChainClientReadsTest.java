package io.catena.client.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Reads of a chain of which only the first member can be reached.
final class ChainClientReadsTest {
    private static final ChainId CHAIN = new ChainId(1);
    private static final Bytes KEY = Bytes.utf8("key");
    private static final Member HERE = Member.of(1, 1);

    private final Vertx vertx = Vertx.vertx();
    private final Queue<ClientMessage> asked = new ConcurrentLinkedQueue<>();
    private Function<ClientMessage, ClientReply> here = _ -> new ClientReply.Missing();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private final class Survivor implements Topology {
        private final ChainConfiguration configuration = new ChainConfiguration(CHAIN,
                new Epoch(1), List.of(HERE, Member.of(2, 1), Member.of(3, 1)), Optional.empty());

        @Override
        public Optional<ChainConfiguration> configuration(ChainId chain) {
            return Optional.of(configuration);
        }

        @Override
        public List<ChainConfiguration> configurations() {
            return List.of(configuration);
        }

        @Override
        public boolean sharesZone(NodeId node) {
            return false;
        }

        @Override
        public Optional<NodePort> node(NodeId node) {
            return Optional.of(new Port(node.equals(HERE.node())));
        }
    }

    private final class Port implements NodePort {
        private final boolean up;

        Port(boolean up) {
            this.up = up;
        }

        @Override
        public Future<ClientReply> ask(ClientMessage message, long timeoutMillis) {
            asked.add(message);
            return up ? Future.succeededFuture(here.apply(message))
                    : Future.failedFuture("connection refused");
        }

        @Override
        public Future<BodyExchange> body(BodyMessage message, Buffer bytes, long timeoutMillis) {
            return Future.failedFuture("no bodies here");
        }
    }

    private <T> T await(Function<ChainClient, Future<T>> call) {
        ChainClient client = new ChainClient(vertx, new Survivor(), Optional.of(HERE.node()),
                new ChainClientSettings(2_000, 2_000, 100, 100));
        return call.apply(client).toCompletionStage().toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void shouldAskAtTheLevelThatIsWanted() {
        ReadLevel eventual = new ReadLevel.Eventual();

        await(client -> client.get(CHAIN, KEY, eventual));
        await(client -> client.get(CHAIN, KEY));

        assertThat(asked).containsExactly(
                new ClientMessage.Get(CHAIN, new Epoch(1), KEY, eventual),
                new ClientMessage.Get(CHAIN, new Epoch(1), KEY, ReadLevel.STRONG));
    }

    @Test
    void shouldAskForWhatAScopeComesTo() {
        here = _ -> new ClientReply.Used(new Usage(1, 2, 3));

        Usage usage = await(client -> client.usage(CHAIN, Scopes.of(5), ReadLevel.STRONG));

        assertThat(usage).isEqualTo(new Usage(1, 2, 3));
        assertThat(asked).containsExactly(
                new ClientMessage.GetUsage(CHAIN, new Epoch(1), Scopes.of(5), ReadLevel.STRONG));
    }

    @Test
    void shouldSayThatALeaseIsMissingThoughOthersFailedForAnotherReasonLater() {
        here = _ -> new ClientReply.TooStale("no lease");

        assertThatThrownBy(() -> await(client -> client.get(CHAIN, KEY)))
                .isInstanceOf(CompletionException.class).cause()
                .isInstanceOf(StorageException.class).hasMessage("no lease");
        assertThat(asked.size()).isGreaterThan(1);
    }

    @Test
    void shouldLookForAFreshReplicaForThreeSecondsOnly() {
        ClientReply tooStale = new ClientReply.TooStale("no lease");

        assertThat(Retry.after(tooStale, 9, 2_700, 10_000)).isInstanceOf(Retry.Again.class);
        assertThat(Retry.after(tooStale, 9, 2_900, 10_000)).isEqualTo(
                new Retry.Fail(StorageException.Kind.UNAVAILABLE, "no lease"));
    }
}
