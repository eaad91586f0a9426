package io.catena.client.master;

import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.vertx.core.Future;
import java.util.List;

/// What hears of changes, on the session's context.
public interface SessionListener {
    /// A new view is published.
    ///
    /// @return complete when everything of this server acts on it. A lease that is granted with or
    ///     after this view is not used before: a replica that was removed while the lease had
    ///     lapsed must know it before it may serve again. A failure keeps this server without a
    ///     lease for good.
    Future<Void> onView(ClusterView view);

    /// The master asks that these seats of this server serve nothing more; it repeats that until a
    /// report says so ([io.catena.protocol.message.MasterMessage.Report#stoodDown]), or they are no
    /// longer of concern.
    default void onStandDown(List<ChainEpoch> seats) {}

    /// The master grants this process nothing any more: it must stop.
    default void onFenced(String reason) {}
}
