package io.catena.master.raft;

import io.catena.master.cluster.ClusterState;
import io.catena.master.cluster.Command;
import io.catena.master.cluster.StateWire;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;

/// Feeds the Raft log into [ClusterState]. Ratis applies on one thread; everybody else reads the
/// immutable state that was published last.
final class StateMachine extends BaseStateMachine {
    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final Sealing sealing;
    private final Consumer<ClusterState> onApplied;
    private volatile ClusterState state = ClusterState.EMPTY;

    StateMachine(Sealing sealing, Consumer<ClusterState> onApplied) {
        this.sealing = sealing;
        this.onApplied = onApplied;
    }

    ClusterState state() {
        return state;
    }

    /// Ratis leaves the life cycle to the state machine: without these transitions the installation
    /// of a snapshot fails in a hot loop.
    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage)
            throws IOException {
        super.initialize(server, groupId, raftStorage);
        storage.init(raftStorage);
        getLifeCycle().startAndTransition(this::load, IOException.class);
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        load();
        if (getLifeCycleState() == LifeCycle.State.PAUSED) {
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
        }
    }

    @Override
    public SimpleStateMachineStorage getStateMachineStorage() {
        return storage;
    }

    private void load() throws IOException {
        SingleFileSnapshotInfo snapshot = storage.loadLatestSnapshot();
        if (snapshot == null) {
            return;
        }
        File file = snapshot.getFile().getPath().toFile();
        MD5Hash digest = snapshot.getFile().getFileDigest();
        if (digest != null) {
            MD5FileUtil.verifySavedMD5(file, digest);
        }
        publish(StateWire.decodeState(sealing.open(Files.readAllBytes(file.toPath()))),
                SimpleStateMachineStorage.getTermIndexFromSnapshotFile(file));
    }

    private void publish(ClusterState next, TermIndex at) {
        state = next;
        updateLastAppliedTermIndex(at);
        onApplied.accept(next);
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        ClusterState.Applied applied = state.apply(command(entry));
        publish(applied.state(), TermIndex.valueOf(entry));
        return CompletableFuture.completedFuture(Message.valueOf(
                ByteString.copyFrom(StateWire.encode(applied.result()))));
    }

    /// What cannot be opened ends the voter: to go on would be to skip a command.
    private Command command(LogEntryProto entry) {
        try {
            return StateWire.decodeCommand(sealing.open(
                    entry.getStateMachineLogEntry().getLogData().toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long takeSnapshot() throws IOException {
        // Ratis calls on the thread that applies: index and state belong together.
        TermIndex at = getLastAppliedTermIndex();
        ClusterState taken = state;
        Path file = storage.getSnapshotFile(at.getTerm(), at.getIndex()).toPath();
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(sealing.seal(StateWire.encode(taken)));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        MD5Hash digest = MD5FileUtil.computeAndSaveMd5ForFile(file.toFile());
        storage.updateLatestSnapshot(
                new SingleFileSnapshotInfo(new FileInfo(file, digest), at));
        return at.getIndex();
    }
}
