package io.catena.client.object;

import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.UserRecord;
import java.util.Optional;

/// Who may sign requests, by the cluster's state of now; at a weaker level, by a state that this
/// server knew: a key that was revoked since is still taken.
public interface Users {
    /// The key with this id and its user, if the key is active and the user not disabled.
    ///
    /// @throws io.catena.client.chain.StorageException UNAVAILABLE when what this server knows may
    ///     be older than `level` allows (strong: it has no lease from the master)
    Optional<Credential> credential(String keyId, ReadLevel level);

    /// The user with this id, whether disabled or not.
    ///
    /// @throws io.catena.client.chain.StorageException UNAVAILABLE as for [#credential]
    Optional<UserRecord> user(String id, ReadLevel level);
}
