package io.catena.server;

import io.catena.chain.store.BodyStore.BodyDamage;
import io.catena.chain.store.DiskDamage;
import io.catena.chain.store.DiskStore;
import io.catena.chain.store.StoreException;
import io.catena.chain.store.lmdb.LmdbDisk;
import io.catena.chain.store.lmdb.LmdbSettings;
import io.catena.protocol.chain.NodeId;
import io.catena.server.metrics.Metrics.DiskFigures;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One disk of this server over its lives (decision 0008): opened, serving, closed after a failure,
/// opened again after a pause. Whatever may hang in the disk runs on a thread of its own, of which
/// there is one at a time; nobody waits for it.
final class ServerDisk {
    private static final Logger LOG = LoggerFactory.getLogger(ServerDisk.class);
    private static final long PAUSE_MILLIS_MIN = 1_000;
    private static final long PAUSE_MILLIS_MAX = 60_000;
    /// A life this long makes the next pause the shortest again.
    private static final long LONG_LIFE_NANOS = TimeUnit.MINUTES.toNanos(10);

    /// Where a disk is in its lives.
    enum Phase { OPENING, OPEN, CLOSING, CLOSED }

    /// @param reason why it is closed or closing; empty while it is not
    record State(Phase phase, String reason) {}

    /// What hears of a disk's first life.
    interface Listener {
        /// It has its seat.
        void seated();

        /// It could not be opened at the first attempt.
        void unusable();
    }

    private final DiskParts parts;
    private final NodeId id;
    private final Path directory;
    private final Listener listener;
    private State state = new State(Phase.CLOSED, "it was not opened yet");
    private Optional<DiskNode> life = Optional.empty();
    private Thread busy = Thread.ofPlatform().unstarted(() -> {});
    private long pauseMillis = PAUSE_MILLIS_MIN;
    private long openedNanos;
    private long failures;
    private boolean wasOpen;
    private boolean holdsVoter;
    private boolean stopped;

    ServerDisk(DiskParts parts, NodeId id, Path directory, Listener listener) {
        this.parts = parts;
        this.id = id;
        this.directory = directory;
        this.listener = listener;
    }

    NodeId id() {
        return id;
    }

    Path directory() {
        return directory;
    }

    synchronized State state() {
        return state;
    }

    /// Failures of the disk in this process, also to be opened.
    synchronized long failures() {
        return failures;
    }

    /// Its present life, while it is open.
    synchronized Optional<DiskNode> life() {
        return life;
    }

    DiskFigures figures() {
        Optional<DiskNode> now = life();
        return new DiskFigures(now.map(DiskNode::hasLease).orElse(false), failures(),
                now.map(node -> node.store().damage()).orElse(DiskDamage.NONE),
                now.map(node -> node.store().bodies().damage()).orElse(BodyDamage.NONE),
                now.map(DiskNode::copiedBytes).orElse(0L),
                now.flatMap(DiskNode::scrubStatus));
    }

    private void run(String what, Runnable work) {
        busy = Thread.ofPlatform().daemon().name("disk-" + what + "-" + id).start(work);
    }

    /// Opens the disk, however long that takes: what it holds is verified.
    synchronized void open() {
        if (!stopped) {
            state = new State(Phase.OPENING, "");
            run("open", this::openNow);
        }
    }

    private void openNow() {
        DiskStore store;
        try {
            store = openStore();
        } catch (IOException | RuntimeException | Error e) {
            // An error too: that is how memory shows that cannot be read from its file.
            LOG.error("disk {} at {} cannot be opened", id, directory, e);
            openFailed(e.getMessage());
            return;
        }
        DiskNode node = new DiskNode(parts, id, store, listener::seated, this::failed);
        if (opened(node)) {
            try {
                node.start();
            } catch (RuntimeException e) {
                LOG.error("disk {} at {} cannot be read", id, directory, e);
                failed(e.getMessage());
            }
        } else {
            node.close();
        }
    }

    private DiskStore openStore() throws IOException {
        if (wasOpenBefore() && !Files.exists(directory.resolve(LmdbDisk.INDEX_FILE))) {
            throw new StoreException("the disk that was at " + directory + " is not there", null);
        }
        Files.createDirectories(directory);
        boolean shares = parts.settings().isMaster() && device(directory).equals(
                device(parts.settings().data().resolve("raft")));
        DiskStore store = LmdbDisk.open(directory, LmdbSettings.onFileSystem(
                Files.getFileStore(directory).getTotalSpace()), System::currentTimeMillis);
        synchronized (this) {
            holdsVoter = shares;
        }
        return store;
    }

    private static Object device(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev");
    }

    private synchronized boolean wasOpenBefore() {
        return wasOpen;
    }

    /// False: the server stops meanwhile.
    private synchronized boolean opened(DiskNode node) {
        if (!stopped) {
            wasOpen = true;
            openedNanos = System.nanoTime();
            life = Optional.of(node);
            state = new State(Phase.OPEN, "");
            LOG.info("disk {} at {} is open", id, directory);
        }
        return !stopped;
    }

    private void openFailed(String reason) {
        boolean first;
        synchronized (this) {
            first = failures == 0;
            failures++;
            state = new State(Phase.CLOSED, reason);
        }
        if (first) {
            listener.unusable();
        }
        openLater();
    }

    /// The disk cannot be relied on. Called from any thread, perhaps again and again.
    private void failed(String reason) {
        Optional<DiskNode> failing = beginEnd(reason);
        if (failing.isEmpty()) {
            return;
        }
        // What logs may hang with the disk: it comes last.
        if (endsVoter()) {
            parts.end().soon();
            failing.get().end(reason).onComplete(_ -> parts.end().now("the voter's log is on the"
                    + " disk that failed (" + reason + ")", null));
        } else {
            failing.get().end(reason);
            closeThenOpen(failing.get(), reason);
        }
        LOG.error("disk {} at {} failed: {}", id, directory, reason);
    }

    private synchronized Optional<DiskNode> beginEnd(String reason) {
        if (stopped || state.phase() != Phase.OPEN) {
            return Optional.empty();
        }
        failures++;
        if (System.nanoTime() - openedNanos > LONG_LIFE_NANOS) {
            pauseMillis = PAUSE_MILLIS_MIN;
        }
        state = new State(Phase.CLOSING, reason + "; calls to it have not come back yet: if they"
                + " never do, it is used again after a restart only");
        Optional<DiskNode> ending = life;
        life = Optional.empty();
        return ending;
    }

    private synchronized boolean endsVoter() {
        return holdsVoter;
    }

    private synchronized void closeThenOpen(DiskNode node, String reason) {
        run("close", () -> {
            try {
                node.close();
            } catch (RuntimeException e) {
                LOG.warn("disk {} at {} did not close well", id, directory, e);
            }
            LOG.info("disk {} at {} is closed", id, directory);
            closed(reason);
            openLater();
        });
    }

    private synchronized void closed(String reason) {
        state = new State(Phase.CLOSED, reason);
    }

    private synchronized void openLater() {
        parts.vertx().setTimer(pauseMillis, _ -> open());
        pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
    }

    /// Begins to stop: opens nothing any more, serves nothing more, and gives the lease back.
    Future<Void> giveBack() {
        Optional<DiskNode> leaving;
        synchronized (this) {
            stopped = true;
            leaving = life;
        }
        return leaving.map(DiskNode::giveBack).orElse(Future.succeededFuture());
    }

    /// Begins to close the disk, after [#giveBack].
    synchronized void beginClose() {
        life.ifPresent(node -> run("close", node::close));
        life = Optional.empty();
    }

    /// Waits until nothing runs on the disk any more, at most until `deadlineNanos`.
    void awaitClosed(long deadlineNanos) throws InterruptedException {
        Thread closing;
        synchronized (this) {
            closing = busy;
        }
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        closing.join(Math.max(1, leftMillis));
        if (closing.isAlive()) {
            LOG.warn("disk {} at {} does not let go: the server stops without", id, directory);
        }
    }
}
