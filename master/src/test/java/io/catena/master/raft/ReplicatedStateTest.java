package io.catena.master.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.Await;
import io.catena.master.Loopback;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.Result;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.cluster.UserRecord;
import io.catena.transport.ClusterKey;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameHandler;
import io.catena.transport.FrameServer;
import io.catena.transport.PeerIdentity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Voters in one process, with real logs and real connections.
class ReplicatedStateTest {
    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private Loopback loopback;
    private List<MasterAddress> voters;
    private Optional<ClusterKey> key = Optional.of(ClusterKey.create());
    private final List<Server> servers = new ArrayList<>();

    private final class Server implements FrameHandler {
        final int id;
        private FrameClient client;
        private FrameServer listening;
        ReplicatedState state;

        Server(int id) {
            this.id = id;
        }

        Server start(int snapshotEntries) throws Exception {
            var tls = loopback.node(id);
            MasterAddress self = voters.get(id - 1);
            listening = Await.result(FrameServer.listen(vertx, Loopback.TRANSPORT, self.host(),
                    self.port(), tls, this));
            client = new FrameClient(vertx, Loopback.TRANSPORT, tls, Optional.empty());
            state = ReplicatedState.open(new RaftSettings("test-cluster", new NodeId(id), voters,
                    directory.resolve("server-" + id), 300, 600, 1_000,
                    snapshotEntries, 4 << 10, key),
                    client, _ -> { }, () -> { });
            return this;
        }

        void stop() throws Exception {
            Await.result(listening.close());
            Await.result(client.close());
            state.close();
        }

        boolean leads() {
            return state.leaderTerm().isPresent();
        }

        @Override
        public void onMessage(FrameConnection from, int kind, Buffer payload) {
            throw new IllegalStateException();
        }

        @Override
        public Future<Buffer> onRequest(FrameConnection from, int kind, Buffer payload) {
            return state == null ? Future.failedFuture("not yet") : state.onVoterRequest(
                    ((PeerIdentity.Node) from.peer()).id(), kind, payload);
        }
    }

    @BeforeEach
    void certify() throws Exception {
        loopback = new Loopback();
    }

    @AfterEach
    void stop() throws Exception {
        for (Server server : servers) {
            server.stop();
        }
        Await.result(vertx.close());
    }

    private void start(int count, int snapshotEntries) throws Exception {
        voters = Loopback.addresses(count);
        for (int id = 1; id <= count; id++) {
            servers.add(new Server(id).start(snapshotEntries));
        }
    }

    private Server leader() {
        Await.until("a leader", () -> servers.stream().anyMatch(Server::leads));
        return servers.stream().filter(Server::leads).findFirst().orElseThrow();
    }

    private static Command user(int number) {
        return new Command.ChangeAccounts(new AccountChange.CreateUser(
                new UserRecord("user-" + number, "", "", false, false, 1)));
    }

    private void addUserWithKey(int number) throws Exception {
        Await.result(leader().state.submit(user(number)));
        assertThat(Await.result(leader().state.submit(new Command.ChangeAccounts(
                new AccountChange.CreateKey(new AccessKey(
                        "key-" + number, "secret", "user-" + number, true, 1))))))
                .isEqualTo(new Result.Done());
    }

    private void awaitUsers(int count) {
        Await.until(count + " users on all voters", () -> servers.stream()
                .allMatch(server -> server.state.state().since(0).users().size() == count));
    }

    @Test
    void shouldLeadAloneAndRememberAfterARestart() throws Exception {
        start(1, 1_000);
        assertThat(Await.result(leader().state.submit(user(1)))).isEqualTo(new Result.Done());
        servers.getFirst().stop();
        servers.set(0, new Server(1).start(1_000));
        leader();
        awaitUsers(1);
    }

    @Test
    void shouldKeepNoSecretInClear() throws Exception {
        start(1, 10);
        for (int i = 1; i <= 40; i++) {
            addUserWithKey(i);
        }
        awaitUsers(40);
        Await.until("a snapshot", () -> stored().anyMatch(file ->
                file.getFileName().toString().matches("snapshot\\.[0-9_]+")));
        // Files come and go while it runs.
        servers.removeFirst().stop();
        assertThat(stored().filter(ReplicatedStateTest::holdsSecret)).isEmpty();
    }

    @Test
    void shouldReadALogOfABuildThatSealedNothing() throws Exception {
        Optional<ClusterKey> now = key;
        key = Optional.empty();
        start(1, 1_000);
        addUserWithKey(1);
        servers.getFirst().stop();
        assertThat(stored().filter(ReplicatedStateTest::holdsSecret)).isNotEmpty();
        key = now;
        servers.set(0, new Server(1).start(1_000));
        addUserWithKey(2);
        awaitUsers(2);
    }

    private Stream<Path> stored() {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean holdsSecret(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .contains("secret");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldSurviveTheLossOfTheLeader() throws Exception {
        start(3, 1_000);
        Server first = leader();
        Await.result(first.state.submit(user(1)));
        awaitUsers(1);
        first.stop();
        servers.remove(first);
        Server second = leader();
        Await.result(second.state.submit(user(2)));
        awaitUsers(2);
        servers.add(new Server(first.id).start(1_000));
        awaitUsers(2);
    }

    @Test
    void shouldProveThatItLeadsWhenAsked() throws Exception {
        start(3, 1_000);
        Server first = leader();
        long term = first.state.leaderTerm().orElseThrow();
        for (int round = 0; round < 20; round++) {
            long sinceNanos = System.nanoTime();
            first.state.prove(term);
            Await.until("a proof", () -> isProven(first, term, sinceNanos));
        }
    }

    @Test
    void shouldNotProveATermThatTheOthersLeft() throws Exception {
        start(3, 1_000);
        Server first = leader();
        long term = first.state.leaderTerm().orElseThrow();
        while (first.leads()) {
            // On a busy machine the other one may be too late.
            Await.result(first.state.handOver().otherwiseEmpty());
        }
        Await.until("another leads", () -> servers.stream()
                .anyMatch(server -> server != first && server.leads()));
        long sinceNanos = System.nanoTime();
        first.state.prove(term);
        Server second = leader();
        second.state.prove(second.state.leaderTerm().orElseThrow());
        Await.until("a proof of the other's", () -> isProven(
                second, second.state.leaderTerm().orElseThrow(), sinceNanos));
        assertThat(isProven(first, term, sinceNanos)).isFalse();
    }

    private static boolean isProven(Server server, long term, long sinceNanos) {
        return server.state.confirmedNanos(term, System.nanoTime(), 1_000_000_000L) - sinceNanos
                >= 0;
    }

    @Test
    void shouldBringALateVoterUpToDateWithASnapshot() throws Exception {
        start(3, 20);
        Server late = servers.stream().filter(server -> server != leader()).findFirst()
                .orElseThrow();
        late.stop();
        servers.remove(late);
        for (int i = 1; i <= 100; i++) {
            Await.result(leader().state.submit(user(i)));
        }
        servers.add(new Server(late.id).start(20));
        awaitUsers(100);
        Await.result(leader().state.submit(user(101)));
        awaitUsers(101);
    }

    @Test
    void shouldProveLeadershipAgainAndAgainWithoutCommands() throws Exception {
        start(3, 1_000);
        Server leader = leader();
        long startNanos = System.nanoTime();
        Await.until("a proof of a later moment", () -> confirmed(leader) - startNanos > 0);
        for (Server server : List.copyOf(servers)) {
            if (server != leader) {
                server.stop();
                servers.remove(server);
            }
        }
        long aloneNanos = System.nanoTime();
        Await.until("the leader to step down", () -> !leader.leads());
        assertThat(confirmed(leader) - aloneNanos).isNegative();
    }

    private static long confirmed(Server leader) {
        long nowNanos = System.nanoTime();
        return leader.state.leaderTerm().isEmpty() ? nowNanos - 1_000_000_000_000L
                : leader.state.confirmedNanos(
                        leader.state.leaderTerm().getAsLong(), nowNanos, 1_000_000_000_000L);
    }

    @Test
    void shouldRefuseToSubmitOnAFollower() throws Exception {
        start(3, 1_000);
        Server leader = leader();
        Server follower = servers.stream().filter(server -> server != leader).findFirst()
                .orElseThrow();
        Future<Result> refused = follower.state.submit(user(1));
        Await.until("an answer", refused::isComplete);
        assertThat(refused.failed()).isTrue();
    }
}
