package io.catena.client.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.Position;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChainClientTest {
    private static final ChainId CHAIN = new ChainId(1);
    private static final Member FIRST = Member.of(1, 1);
    private static final Member SECOND = Member.of(2, 2);
    private static final ClientReply STORED = new ClientReply.Stored(new Position(new Epoch(2), 1));

    private final Vertx vertx = Vertx.vertx();
    private final Cluster cluster = new Cluster();

    @AfterEach
    void close() {
        vertx.close();
    }

    /// Nodes that answer what they are told to, and one chain.
    private static final class Cluster implements Topology {
        private final Queue<Future<ClientReply>> answers = new ArrayDeque<>();
        private final Queue<ClientMessage> asked = new ConcurrentLinkedQueue<>();
        private volatile ChainConfiguration chain = new ChainConfiguration(
                CHAIN, new Epoch(1), List.of(FIRST, SECOND), Optional.empty());

        void lose(Member remaining) {
            chain = new ChainConfiguration(
                    CHAIN, chain.epoch().next(), List.of(remaining), Optional.empty());
        }

        @Override
        public Optional<ChainConfiguration> configuration(ChainId id) {
            return Optional.of(chain);
        }

        @Override
        public List<ChainConfiguration> configurations() {
            return List.of(chain);
        }

        @Override
        public boolean sharesZone(NodeId node) {
            return false;
        }

        @Override
        public Optional<NodePort> node(NodeId node) {
            return Optional.of(new NodePort() {
                @Override
                public Future<ClientReply> ask(ClientMessage message, long timeoutMillis) {
                    asked.add(message);
                    return answers.size() > 1 ? answers.remove() : answers.element();
                }

                @Override
                public Future<BodyExchange> body(
                        BodyMessage message, Buffer bytes, long timeoutMillis) {
                    return Future.failedFuture("no bodies here");
                }
            });
        }
    }

    private ChainClient client(long writeMillis) {
        return new ChainClient(vertx, cluster, Optional.empty(),
                new ChainClientSettings(writeMillis, writeMillis, writeMillis, writeMillis));
    }

    private static ClientReply await(Future<ClientReply> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldGiveAnAttemptUpWhenItsReplicaLeavesTheChain() throws Exception {
        cluster.answers.add(Promise.<ClientReply>promise().future());
        cluster.answers.add(Future.succeededFuture(STORED));
        ChainClient client = client(600_000);
        Future<ClientReply> written = client.write(CHAIN, List.of(), List.of());

        client.topologyChanged();
        assertThat(written.isComplete()).isFalse();
        cluster.lose(SECOND);
        client.topologyChanged();

        assertThat(await(written)).isEqualTo(STORED);
        assertThat(cluster.asked).hasSize(2);
        ClientMessage.Write first = (ClientMessage.Write) cluster.asked.remove();
        ClientMessage.Write second = (ClientMessage.Write) cluster.asked.remove();
        assertThat(second.requestId()).isEqualTo(first.requestId());
        assertThat(second.epoch()).isEqualTo(new Epoch(2));
    }

    /// Whoever hears that nothing happened takes back the blocks that the write names.
    @Test
    void shouldNotSayThatNothingHappenedAfterAnAttemptThatMayHave() {
        cluster.answers.add(Future.failedFuture("no answer"));
        cluster.answers.add(Future.succeededFuture(new ClientReply.NoSpace()));

        assertThat(failure(client(10_000))).isEqualTo(StorageException.Kind.UNAVAILABLE);
    }

    @Test
    void shouldSayThatNothingHappenedWhenItDidNot() {
        cluster.answers.add(Future.succeededFuture(new ClientReply.NoSpace()));

        assertThat(failure(client(10_000))).isEqualTo(StorageException.Kind.NO_SPACE);
    }

    private StorageException.Kind failure(ChainClient client) {
        StorageException.Kind[] kind = new StorageException.Kind[1];
        assertThatThrownBy(() -> await(client.write(CHAIN, List.of(), List.of())))
                .isInstanceOf(ExecutionException.class)
                .cause().isInstanceOfSatisfying(
                        StorageException.class, failed -> kind[0] = failed.kind());
        return kind[0];
    }
}
