package io.catena.master.cluster;

import io.catena.master.cluster.ClusterState.Stamped;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.UserRecord;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Users and their access keys, as a part of [ClusterState]. Immutable. The root user is there from
/// the start, with a stamp of version 0, which nobody needs to be told.
///
/// @param users by id
/// @param keys by id; each is of a user that is there
record Accounts(
        SortedMap<String, Stamped<UserRecord>> users, SortedMap<String, Stamped<AccessKey>> keys) {
    static final int USERS_MAX = 10_000;
    static final int KEYS_MAX = 10_000;
    /// Enough to give each program of a user a key of its own, and to change them one by one; few
    /// enough that one user cannot take all there are.
    static final int USER_KEYS_MAX = 16;

    static final Accounts EMPTY = new Accounts(
            new TreeMap<>(Collections.singletonMap(
                    UserRecord.ROOT_ID, new Stamped<>(0, UserRecord.ROOT))),
            new TreeMap<>());

    /// What a change comes to.
    sealed interface Outcome {
        /// It holds already.
        record Same() implements Outcome {}

        record Refused(AccountRefusal refusal) implements Outcome {}

        /// @param removedUsers ids
        /// @param removedKeys ids
        record Changed(Accounts next, List<String> removedUsers, List<String> removedKeys)
                implements Outcome {
            public Changed {
                removedUsers = List.copyOf(removedUsers);
                removedKeys = List.copyOf(removedKeys);
            }
        }
    }

    Accounts {
        users = Collections.unmodifiableSortedMap(users);
        keys = Collections.unmodifiableSortedMap(keys);
    }

    /// @param version that the change's records get
    /// @param ownsBuckets whether the user whom a change would remove owns a bucket
    Outcome apply(AccountChange change, long version, boolean ownsBuckets) {
        return switch (change) {
            case AccountChange.CreateUser c -> createUser(c.user(), version);
            case AccountChange.UpdateUser c -> updateUser(c, version);
            case AccountChange.RemoveUser c -> removeUser(c.id(), ownsBuckets);
            case AccountChange.CreateKey c -> createKey(c.key(), version);
            case AccountChange.UpdateKey c -> updateKey(c, version);
            case AccountChange.RemoveKey c -> removeKey(c.id());
        };
    }

    Optional<UserRecord> user(String id) {
        return Optional.ofNullable(users.get(id)).map(Stamped::value);
    }

    private Optional<AccessKey> key(String id) {
        return Optional.ofNullable(keys.get(id)).map(Stamped::value);
    }

    private Outcome createUser(UserRecord user, long version) {
        Optional<UserRecord> known = user(user.id());
        if (known.isPresent()) {
            return known.get().equals(user) ? new Outcome.Same()
                    : refused(AccountRefusal.USER_EXISTS);
        }
        if (users.size() >= USERS_MAX) {
            return refused(AccountRefusal.TOO_MANY_USERS);
        }
        return areLong(user.id(), user.displayName(), user.email())
                ? refused(AccountRefusal.TOO_LONG) : withUser(user, version);
    }

    private Outcome updateUser(AccountChange.UpdateUser change, long version) {
        Optional<UserRecord> known = user(change.id());
        if (known.isEmpty()) {
            return refused(AccountRefusal.NO_SUCH_USER);
        }
        UserRecord next = change.of(known.get());
        if (next.isRoot() && (next.disabled() || !next.administrator())) {
            return refused(AccountRefusal.ROOT_USER);
        }
        if (areLong(next.displayName(), next.email())) {
            return refused(AccountRefusal.TOO_LONG);
        }
        return next.equals(known.get()) ? new Outcome.Same() : withUser(next, version);
    }

    private Outcome removeUser(String id, boolean ownsBuckets) {
        Optional<UserRecord> known = user(id);
        if (known.isEmpty()) {
            return new Outcome.Same();
        }
        if (known.get().isRoot()) {
            return refused(AccountRefusal.ROOT_USER);
        }
        if (ownsBuckets) {
            return refused(AccountRefusal.USER_OWNS_BUCKETS);
        }
        SortedMap<String, Stamped<UserRecord>> left = new TreeMap<>(users);
        left.remove(id);
        List<String> gone = keys.values().stream().map(Stamped::value)
                .filter(key -> key.userId().equals(id)).map(AccessKey::id).toList();
        SortedMap<String, Stamped<AccessKey>> leftKeys = new TreeMap<>(keys);
        gone.forEach(leftKeys::remove);
        return new Outcome.Changed(new Accounts(left, leftKeys), List.of(id), gone);
    }

    private Outcome createKey(AccessKey key, long version) {
        Optional<AccessKey> known = key(key.id());
        if (known.isPresent()) {
            return known.get().equals(key) ? new Outcome.Same()
                    : refused(AccountRefusal.KEY_EXISTS);
        }
        if (user(key.userId()).isEmpty()) {
            return refused(AccountRefusal.NO_SUCH_USER);
        }
        if (keys.size() >= KEYS_MAX || keysOf(key.userId()) >= USER_KEYS_MAX) {
            return refused(AccountRefusal.TOO_MANY_KEYS);
        }
        return areLong(key.id(), key.secret()) ? refused(AccountRefusal.TOO_LONG)
                : withKey(key, version);
    }

    private Outcome updateKey(AccountChange.UpdateKey change, long version) {
        Optional<AccessKey> known = key(change.id());
        if (known.isEmpty()) {
            return refused(AccountRefusal.NO_SUCH_KEY);
        }
        if (known.get().active() == change.active()) {
            return new Outcome.Same();
        }
        return !change.active() && isLastOfRoot(known.get())
                ? refused(AccountRefusal.LAST_ROOT_KEY)
                : withKey(known.get().with(change.active()), version);
    }

    private Outcome removeKey(String id) {
        Optional<AccessKey> known = key(id);
        if (known.isEmpty()) {
            return new Outcome.Same();
        }
        if (isLastOfRoot(known.get())) {
            return refused(AccountRefusal.LAST_ROOT_KEY);
        }
        SortedMap<String, Stamped<AccessKey>> left = new TreeMap<>(keys);
        left.remove(id);
        return new Outcome.Changed(new Accounts(users, left), List.of(), List.of(id));
    }

    private boolean isLastOfRoot(AccessKey key) {
        return key.userId().equals(UserRecord.ROOT_ID) && key.active()
                && keys.values().stream().map(Stamped::value)
                        .filter(other -> other.userId().equals(UserRecord.ROOT_ID))
                        .filter(AccessKey::active).count() == 1;
    }

    private long keysOf(String userId) {
        return keys.values().stream()
                .filter(key -> key.value().userId().equals(userId)).count();
    }

    private Outcome withUser(UserRecord user, long version) {
        SortedMap<String, Stamped<UserRecord>> next = new TreeMap<>(users);
        next.put(user.id(), new Stamped<>(version, user));
        return new Outcome.Changed(new Accounts(next, keys), List.of(), List.of());
    }

    private Outcome withKey(AccessKey key, long version) {
        SortedMap<String, Stamped<AccessKey>> next = new TreeMap<>(keys);
        next.put(key.id(), new Stamped<>(version, key));
        return new Outcome.Changed(new Accounts(users, next), List.of(), List.of());
    }

    private static Outcome refused(AccountRefusal refusal) {
        return new Outcome.Refused(refusal);
    }

    private static boolean areLong(String... texts) {
        return List.of(texts).stream()
                .anyMatch(text -> text.length() > ClusterState.TEXT_LETTERS_MAX);
    }
}
