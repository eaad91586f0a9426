package io.catena.server;

import io.catena.client.master.ClusterView;
import io.catena.client.master.MasterSession;
import io.catena.client.master.MasterUnavailable;
import io.catena.protocol.chain.ReadLevel;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/// This server's standing with the master: a session for each disk, and one view of the cluster,
/// the newest that any of them brought.
///
/// A session uses a lease only after the views that came with it were taken here. So as long as any
/// of them has a lease, this view holds everything that the master has told to be everywhere.
final class ServerSessions {
    private final List<MasterSession> sessions = new CopyOnWriteArrayList<>();
    private final Consumer<ClusterView> onView;
    private volatile ClusterView view = ClusterView.EMPTY;

    /// @param onView called with each newer view, one at a time
    ServerSessions(Consumer<ClusterView> onView) {
        this.onView = onView;
    }

    void add(MasterSession session) {
        sessions.add(session);
    }

    void remove(MasterSession session) {
        sessions.remove(session);
    }

    synchronized void viewed(ClusterView next) {
        if (next.version() > view.version()) {
            view = next;
            onView.accept(next);
        }
    }

    ClusterView view() {
        return view;
    }

    /// Whether some disk of this server has a lease at `nowNanos`.
    boolean hasLease(long nowNanos) {
        return sessions.stream().anyMatch(session -> session.hasLease(nowNanos));
    }

    /// As [MasterSession#mayServe], by the lease of whichever disk.
    boolean mayServe(ReadLevel level, long nowNanos) {
        return sessions.stream().anyMatch(session -> session.mayServe(level, nowNanos));
    }

    /// Asks the master over the session that was heard of last.
    <T> Future<T> call(Function<MasterSession, Future<T>> question) {
        return sessions.stream()
                .max(Comparator.comparing(session -> session.leaseUntilNanos() - System.nanoTime()))
                .map(question).orElseGet(() -> Future.failedFuture(new MasterUnavailable(
                        "no disk of this server works, so it has no session with the master")));
    }
}
