package io.catena.chain.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.chain.link.BodyAnswer;
import io.catena.chain.link.ChainLink;
import io.catena.chain.replica.ReplicaSettings;
import io.catena.chain.store.BodyStore.BodyDamage;
import io.catena.chain.store.lmdb.LmdbDisk;
import io.catena.chain.store.lmdb.LmdbSettings;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.IndexDigest;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import io.catena.protocol.message.DigestMessage;
import io.catena.protocol.message.Envelope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two nodes with real disks, joined by a link without a network.
class ScrubTest {
    private static final ChainId CHAIN = new ChainId(1);
    private static final Epoch EPOCH = new Epoch(1);
    private static final ScrubSettings SCRUB =
            new ScrubSettings(1L << 30, 3_600_000, 3_600_000, 4 << 20);
    private static final byte[] BODY = "what the object holds".getBytes();

    @TempDir
    private Path directory;
    private final Vertx vertx = Vertx.vertx();
    private final List<LmdbDisk> disks = new ArrayList<>();
    private final List<StorageNode> nodes = new ArrayList<>();
    private final AtomicReference<String> failed = new AtomicReference<>();
    private boolean wrongDigests;

    @BeforeEach
    void start() {
        List<Member> members = new ArrayList<>();
        for (int number = 1; number <= 2; number++) {
            Member member = new Member(new NodeId(number), new Incarnation(1));
            members.add(member);
            disks.add(LmdbDisk.open(directory.resolve("disk" + number),
                    LmdbSettings.DEFAULTS.withReserveBytes(0), System::currentTimeMillis));
            nodes.add(new StorageNode(vertx, member,
                    new NodeSettings(ReplicaSettings.defaults(2), SCRUB, 1 << 30),
                    disks.getLast(), new Direct(), new Listener(),
                    () -> System.nanoTime() + 10_000_000_000L));
        }
        var configuration = new ChainConfiguration(CHAIN, EPOCH, members, Optional.empty());
        nodes.forEach(node -> await(node.configurations(List.of(configuration))));
        BodyRef ref = body();
        await(nodes.getFirst().body(new BodyMessage.Stage(CHAIN, ref.id(), BODY.length, 0,
                List.of(crc(BODY))), Buffer.buffer(BODY)));
        var put = new Mutation.Put(Bytes.utf8("key"), Bytes.EMPTY, Bytes.utf8("value"),
                Optional.of(ref), false, true);
        assertThat(await(nodes.getFirst().ask(new ClientMessage.Write(
                CHAIN, EPOCH, new RequestId(1, 1), List.of(), List.of(put)))))
                .isInstanceOf(ClientReply.Stored.class);
        until(() -> nodes.stream().allMatch(
                node -> node.status().get(CHAIN).appliedSeq() == 1));
    }

    @AfterEach
    void close() {
        await(vertx.close());
        disks.forEach(LmdbDisk::close);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static void until(BooleanSupplier condition) {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time").isLessThan(endNanos);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static BodyRef body() {
        byte[] pages = ByteBuffer.allocate(4).putInt(crc(BODY)).array();
        return new BodyRef(new BodyId(5, 5), BODY.length, crc(pages));
    }

    private ScrubStatus scrub(StorageNode node) {
        long before = node.scrubStatus().cycles();
        node.startScrub();
        until(() -> node.scrubStatus().cycles() > before || failed.get() != null);
        return node.scrubStatus();
    }

    @Test
    void shouldRepairADamagedBodyFromTheOtherReplica() throws IOException {
        ScrubStatus clean = scrub(nodes.get(1));
        assertThat(clean.bodies()).isEqualTo(1);
        assertThat(clean.bodiesDamaged()).isZero();
        assertThat(clean.compared()).isEqualTo(1);
        assertThat(clean.differing()).isZero();
        Path file = directory.resolve("disk2/bodies.dat");
        try (FileChannel bytes = FileChannel.open(file, StandardOpenOption.WRITE)) {
            bytes.write(ByteBuffer.wrap(new byte[] {'W'}), 0);
        }
        assertThat(scrub(nodes.get(1)).bodiesDamaged()).isEqualTo(1);
        until(() -> disks.get(1).bodies().damage().equals(new BodyDamage(1, 1)));
        BodyAnswer read = await(nodes.get(1).body(
                new BodyMessage.Read(CHAIN, body().id(), 0, BODY.length), Buffer.buffer()));
        assertThat(read.reply()).isInstanceOf(BodyReply.Content.class);
        assertThat(read.bytes().getBytes()).isEqualTo(BODY);
        assertThat(failed).hasNullValue();
    }

    @Test
    void shouldTellWhenReplicasDiffer() {
        wrongDigests = true;
        ScrubStatus status = scrub(nodes.get(0));
        assertThat(status.compared()).isEqualTo(1);
        assertThat(status.differing()).isEqualTo(1);
    }

    /// Hands over at once, on an event loop of the other node's own.
    private final class Direct implements ChainLink {
        private StorageNode node(NodeId id) {
            return nodes.get(id.server() - 1);
        }

        @Override
        public void send(Envelope envelope) {
            if (nodes.size() == 2) {
                node(envelope.to().node()).receive(envelope);
            }
        }

        @Override
        public Future<BodyAnswer> exchange(NodeId to, BodyMessage message, Buffer bytes) {
            return node(to).body(message, bytes);
        }

        @Override
        public Future<DigestMessage.Answer> ask(NodeId to, DigestMessage.Question question) {
            return Future.succeededFuture(wrongDigests
                    ? new DigestMessage.Answer(Optional.of(new IndexDigest(1, 2, 3)))
                    : node(to).digest(question));
        }

        @Override
        public boolean isBusy(NodeId to) {
            return false;
        }
    }

    private final class Listener implements NodeListener {
        @Override
        public void joined(ChainId chain, Epoch epoch, Member joining) {}

        @Override
        public void diskFailed(String reason) {
            failed.compareAndSet(null, reason);
        }

        @Override
        public void invariantViolated(ChainId chain, RuntimeException violation) {
            failed.compareAndSet(null, violation.toString());
        }
    }
}
