package io.catena.protocol.cluster;

import java.util.Optional;

/// A change of users and their access keys. Each may be repeated: what holds already is done. Time
/// comes with the records, so that a repetition is equal to the first attempt.
public sealed interface AccountChange {
    /// Refused when a user has the id and is another one.
    record CreateUser(UserRecord user) implements AccountChange {}

    /// What is given changes, the rest stays: two callers do not undo each other's changes.
    record UpdateUser(
            String id, Optional<String> displayName, Optional<String> email,
            Optional<Boolean> administrator, Optional<Boolean> disabled)
            implements AccountChange {
        /// What the user becomes.
        public UserRecord of(UserRecord user) {
            return new UserRecord(id, displayName.orElse(user.displayName()),
                    email.orElse(user.email()), administrator.orElse(user.administrator()),
                    disabled.orElse(user.disabled()), user.createdMillis());
        }
    }

    /// With its keys; refused while it owns a bucket.
    record RemoveUser(String id) implements AccountChange {}

    /// Refused when there is another key of this id.
    record CreateKey(AccessKey key) implements AccountChange {}

    record UpdateKey(String id, boolean active) implements AccountChange {}

    record RemoveKey(String id) implements AccountChange {}
}
