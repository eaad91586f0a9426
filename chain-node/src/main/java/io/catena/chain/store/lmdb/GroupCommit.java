package io.catena.chain.store.lmdb;

import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one writer of a disk: takes what is queued, performs it in one transaction, flushes,
/// answers. While one flush runs, the next group gathers. The queue has no bound of its own:
/// replicas do not ask for more than their windows, and each asks for a bounded number of other
/// writes.
///
/// A flush or commit that fails is never tried again: the page cache may have forgotten what
/// failed. From then on every write is answered with the failure.
final class GroupCommit implements AutoCloseable {
    /// Writes of one group: keeps the wait of the first one short.
    private static final int GROUP_WRITES_MAX = 1_024;
    private static final String CLOSED = "the disk is closed";
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /// A write of a group.
    interface Job {
        /// Does it in the group's transaction.
        void perform(Tx tx);

        /// It is durable.
        void committed();

        /// It is not, and will not be.
        void failed(String reason);
    }

    private final WriteQueue<Job> queue = new WriteQueue<>();
    private final Tables tables;
    private final Ids ids;
    private final BodyTable bodies;
    private final DataFile file;
    private final Thread thread;
    private volatile String failure;
    /// When the group under way was begun; none: nothing is being made durable.
    private volatile OptionalLong begunNanos = OptionalLong.empty();

    GroupCommit(Tables tables, Ids ids, BodyTable bodies, DataFile file, String name) {
        this.tables = tables;
        this.ids = ids;
        this.bodies = bodies;
        this.file = file;
        thread = Thread.ofPlatform().name("disk-" + name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Why this disk cannot be written any more; null while it can.
    String failure() {
        return failure;
    }

    /// From now on every write is answered with this failure, also one that is being carried out:
    /// what became of it shows when the disk is opened again.
    synchronized void fail(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /// How long the group under way has been taking.
    long busyNanos() {
        OptionalLong begun = begunNanos;
        return begun.isPresent() ? System.nanoTime() - begun.getAsLong() : 0;
    }

    /// Answered when it is durable; at once when the disk is closed.
    void submit(Job job) {
        if (!queue.offer(job)) {
            answer(job, CLOSED);
        }
    }

    private void run() {
        List<Job> group = next();
        while (!group.isEmpty()) {
            carryOut(group);
            group = next();
        }
    }

    /// Nothing: the queue is closed and carried out.
    private List<Job> next() {
        while (true) {
            try {
                return queue.take(GROUP_WRITES_MAX);
            } catch (InterruptedException e) {
                fail("the writer was interrupted");
            }
        }
    }

    private void carryOut(List<Job> group) {
        if (failure == null) {
            begunNanos = OptionalLong.of(System.nanoTime());
            try {
                commit(group);
            } catch (Exception | Error e) {
                fail("the disk failed: " + e);
                LOG.error("a group of {} writes failed; this disk takes no more", group.size(), e);
            }
            begunNanos = OptionalLong.empty();
        }
        for (Job job : group) {
            answer(job, failure);
        }
    }

    private void commit(List<Job> group) throws java.io.IOException {
        Tx tx = tables.write();
        try {
            for (Job job : group) {
                job.perform(tx);
            }
            ids.save(tx);
            // Bytes first: what the transaction names must be there when it is.
            if (bodies.tookBodies()) {
                file.flush();
            }
            tx.txn().commit();
        } finally {
            tx.txn().close();
        }
        bodies.committed();
    }

    /// @param reason why it was not done; null when it was
    private void answer(Job job, String reason) {
        try {
            if (reason == null) {
                job.committed();
            } else {
                job.failed(reason);
            }
        } catch (RuntimeException e) {
            // The listener is broken, not the disk: others still get their answers.
            LOG.error("a listener to writes failed", e);
        }
    }

    /// Carries out what is queued, then ends.
    @Override
    public void close() {
        queue.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        fail(CLOSED);
    }
}
