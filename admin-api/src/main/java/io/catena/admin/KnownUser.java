package io.catena.admin;

import io.catena.client.master.ClusterView;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.UserRecord;

/// Finds the user, and the key, that a path names.
final class KnownUser {
    private KnownUser() {}

    /// @throws AdminException NO_SUCH_USER
    static UserRecord of(ClusterView view, String id) {
        return view.user(id).orElseThrow(
                () -> AdminError.NO_SUCH_USER.exception("There is no such user."));
    }

    /// @throws AdminException NO_SUCH_USER, NO_SUCH_KEY also for another user's
    static AccessKey key(ClusterView view, AdminRequest request) {
        UserRecord user = of(view, request.userId());
        return view.key(request.path("key")).filter(key -> key.userId().equals(user.id()))
                .orElseThrow(() -> AdminError.NO_SUCH_KEY.exception(
                        "The user has no such access key."));
    }
}
