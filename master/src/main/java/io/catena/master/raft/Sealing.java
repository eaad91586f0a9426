package io.catena.master.raft;

import io.catena.protocol.chain.Bytes;
import io.catena.transport.ClusterKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;

/// What the master writes to disk, sealed as a whole with the cluster key: commands in the log and
/// snapshots hold secrets of access keys and the authority's key.
///
/// ```
/// sealed   0xe1 · nonce, 12 bytes · AES-256-GCM of the rest, with its tag
/// ```
///
/// What starts with another byte is of a former build, in clear.
final class Sealing {
    private static final byte SEALED = (byte) 0xe1;
    private static final Bytes MARK = Bytes.wrap(new byte[] {SEALED});
    private static final String PURPOSE = "catena raft";

    private final Optional<ClusterKey> key;

    /// @param key empty: everything is written in clear
    Sealing(Optional<ClusterKey> key) {
        this.key = key;
    }

    /// The first use of a cipher loads what it is made of: that must not be on an event loop.
    void warmUp() throws IOException {
        open(seal(new byte[1]));
    }

    byte[] seal(byte[] plain) {
        return key.map(k -> MARK.concat(k.seal(Bytes.wrap(plain), PURPOSE)).toArray())
                .orElse(plain);
    }

    /// @throws IOException when this voter's cluster key does not fit
    byte[] open(byte[] stored) throws IOException {
        if (stored.length == 0 || stored[0] != SEALED) {
            return stored;
        }
        if (key.isEmpty()) {
            throw new IOException("the master's log is sealed, and this voter has no cluster key");
        }
        try {
            return key.get().open(Bytes.wrap(stored).slice(1, stored.length), PURPOSE).toArray();
        } catch (GeneralSecurityException e) {
            throw new IOException("the master's log is sealed with another cluster key", e);
        }
    }
}
