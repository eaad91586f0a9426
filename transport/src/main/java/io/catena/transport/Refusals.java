package io.catena.transport;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts and logs who was refused on the ports between servers, and why. Of each reason one line
/// is logged per second: the log must not be a way to fill the disk.
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final long LOG_NANOS = 1_000_000_000L;

    /// Why somebody was refused.
    public enum Reason {
        /// Something else than TLS arrived.
        NOT_TLS,
        /// A certificate of another authority, one that is over, or none that can be read.
        BAD_CERTIFICATE,
        /// The handshake was not finished.
        HANDSHAKE,
        /// Without a certificate only one thing may be asked.
        NO_CERTIFICATE,
        /// More peers without a certificate than are listened to at a time.
        TOO_MANY_STRANGERS,
        /// The peer means another cluster.
        OTHER_CLUSTER,
        /// The certificate's roles, or its number, do not allow it.
        WRONG_ROLE,
        /// The server was removed from the cluster.
        REMOVED_SERVER,
        UNKNOWN_TOKEN,
        EXPIRED_TOKEN,
        USED_TOKEN,
        /// A request to join, or for a certificate, that cannot be read.
        MALFORMED_REQUEST
    }

    private static final class Tally {
        final AtomicLong count = new AtomicLong();
        final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOG_NANOS);
        final AtomicLong unlogged = new AtomicLong();
    }

    private final Map<Reason, Tally> tallies = new EnumMap<>(Reason.class);

    public Refusals() {
        for (Reason reason : Reason.values()) {
            tallies.put(reason, new Tally());
        }
    }

    /// Any thread.
    ///
    /// @param who an address, or what else is known of the peer
    public void refuse(Reason reason, String who, String what) {
        Tally tally = tallies.get(reason);
        tally.count.incrementAndGet();
        long loggedNanos = tally.loggedNanos.get();
        long nowNanos = System.nanoTime();
        if (nowNanos - loggedNanos >= LOG_NANOS
                && tally.loggedNanos.compareAndSet(loggedNanos, nowNanos)) {
            LOG.warn("refused {}: {} ({}; {} more were not logged)",
                    who, what, reason, tally.unlogged.getAndSet(0));
        } else {
            tally.unlogged.incrementAndGet();
        }
    }

    /// How often, since the start of this process.
    public long count(Reason reason) {
        return tallies.get(reason).count.get();
    }
}
