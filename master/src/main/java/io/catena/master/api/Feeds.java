package io.catena.master.api;

import io.catena.master.cluster.ClusterState;
import io.catena.protocol.chain.Member;
import io.catena.protocol.message.ClusterUpdate;
import io.catena.protocol.wire.ClusterWire;
import io.catena.protocol.wire.MasterWire;
import io.catena.transport.FrameConnection;
import io.vertx.core.buffer.Buffer;
import java.util.SortedMap;
import java.util.TreeMap;

/// The connections over which nodes hear of changes at once, and what each node acts on. At most
/// one per member; a lost message is made up for by the answer to the node's next heartbeat.
final class Feeds {
    private static final class Feed {
        FrameConnection connection;
        long sentVersion;
        long seenVersion;
    }

    private final SortedMap<Member, Feed> feeds = new TreeMap<>();

    /// The member spoke over `connection` and acts on version `known`.
    void onHeartbeat(Member member, FrameConnection connection, long known) {
        Feed feed = feeds.computeIfAbsent(member, _ -> new Feed());
        if (feed.connection != connection) {
            feed.connection = connection;
            feed.sentVersion = known;
        }
        feed.seenVersion = Math.max(feed.seenVersion, known);
    }

    void onSeen(Member member, long version) {
        Feed feed = feeds.get(member);
        if (feed != null) {
            feed.seenVersion = Math.max(feed.seenVersion, version);
        }
    }

    void onClosed(FrameConnection connection) {
        feeds.values().removeIf(feed -> feed.connection == connection);
    }

    /// The version that the member is known to act on; 0 when it was not heard of.
    long seenVersion(Member member) {
        Feed feed = feeds.get(member);
        return feed == null ? 0 : feed.seenVersion;
    }

    /// Tells everybody what they were not told yet.
    void push(ClusterState state) {
        feeds.values().forEach(feed -> {
            if (feed.sentVersion < state.version()) {
                push(feed, state.since(feed.sentVersion));
            }
        });
    }

    private static void push(Feed feed, ClusterUpdate update) {
        Buffer payload = Buffer.buffer(ClusterWire.encode(update));
        if (feed.connection.send(MasterWire.PUSH_KIND, payload)) {
            feed.sentVersion = update.version();
        }
    }
}
