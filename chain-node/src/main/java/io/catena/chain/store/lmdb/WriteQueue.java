package io.catena.chain.store.lmdb;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What waits for the writer of a disk, in order. Once closed it takes nothing more and says so:
/// whatever was taken is handed out.
final class WriteQueue<J> {
    private final ArrayDeque<J> waiting = new ArrayDeque<>();
    private boolean closed;

    /// @return false when the queue is closed: the job is not taken
    synchronized boolean offer(J job) {
        if (closed) {
            return false;
        }
        waiting.add(job);
        notifyAll();
        return true;
    }

    /// Waits for jobs. The one writer calls it.
    ///
    /// @return up to `most`; none when the queue is closed and nothing is left
    synchronized List<J> take(int most) throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        return poll(most);
    }

    /// What is there, up to `most`.
    synchronized List<J> poll(int most) {
        List<J> group = new ArrayList<>(Math.min(most, waiting.size()));
        while (group.size() < most && !waiting.isEmpty()) {
            group.add(waiting.poll());
        }
        return group;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
