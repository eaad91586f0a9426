package io.catena.chain.store.lmdb;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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

    private final BlockingQueue<Job> queue = new LinkedBlockingQueue<>();
    private final Tables tables;
    private final Ids ids;
    private final BodyTable bodies;
    private final DataFile file;
    private final Thread thread;
    private volatile String failure;
    private volatile boolean closing;

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

    void submit(Job job) {
        queue.add(job);
    }

    private void run() {
        List<Job> group = new ArrayList<>();
        while (!closing || !queue.isEmpty()) {
            group.clear();
            try {
                group.add(queue.take());
            } catch (InterruptedException e) {
                failure = "the writer was interrupted";
                continue;
            }
            queue.drainTo(group, GROUP_WRITES_MAX - 1);
            carryOut(group);
        }
    }

    private void carryOut(List<Job> group) {
        if (failure == null) {
            try {
                commit(group);
            } catch (Exception | Error e) {
                failure = "the disk failed: " + e;
                LOG.error("a group of {} writes failed; this disk takes no more", group.size(), e);
            }
        }
        for (Job job : group) {
            answer(job);
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

    private void answer(Job job) {
        String reason = failure;
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
        closing = true;
        submit(new Job() {
            @Override
            public void perform(Tx tx) {}

            @Override
            public void committed() {}

            @Override
            public void failed(String reason) {}
        });
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
        failure = "the disk is closed";
    }
}
