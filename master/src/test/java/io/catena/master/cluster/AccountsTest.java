package io.catena.master.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.UserRecord;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AccountsTest {
    private static final UserRecord ADA =
            new UserRecord("ada", "Ada", "ada@example.org", false, false, 2);

    private Accounts accounts = Accounts.EMPTY;

    private Accounts.Outcome apply(AccountChange change) {
        Accounts.Outcome outcome = accounts.apply(change, 7, false);
        if (outcome instanceof Accounts.Outcome.Changed changed) {
            accounts = changed.next();
        }
        return outcome;
    }

    private void done(AccountChange change) {
        assertThat(apply(change)).isInstanceOf(Accounts.Outcome.Changed.class);
    }

    private void refused(AccountChange change, AccountRefusal refusal) {
        assertThat(apply(change)).isEqualTo(new Accounts.Outcome.Refused(refusal));
    }

    private static AccountChange key(String id, String userId) {
        return new AccountChange.CreateKey(new AccessKey(id, "s", userId, true, 3));
    }

    private static AccountChange update(String id, boolean administrator, boolean disabled) {
        return new AccountChange.UpdateUser(id, Optional.of("New"), Optional.empty(),
                Optional.of(administrator), Optional.of(disabled));
    }

    @Test
    void shouldTakeARepetitionForDone() {
        for (AccountChange change : new AccountChange[] {
            new AccountChange.CreateUser(ADA), update("ada", false, true), key("K", "ada"),
            new AccountChange.UpdateKey("K", false), new AccountChange.RemoveKey("K"),
            new AccountChange.RemoveUser("ada")}) {
            done(change);
            assertThat(apply(change)).isEqualTo(new Accounts.Outcome.Same());
        }
    }

    @Test
    void shouldChangeWhatMayChangeOfAUser() {
        done(new AccountChange.CreateUser(ADA));
        done(update("ada", true, true));
        assertThat(accounts.user("ada"))
                .contains(new UserRecord("ada", "New", "ada@example.org", true, true, 2));
        refused(update("eve", false, false), AccountRefusal.NO_SUCH_USER);
    }

    @Test
    void shouldRefuseASecondUserOrKeyOfAnId() {
        done(new AccountChange.CreateUser(ADA));
        refused(new AccountChange.CreateUser(new UserRecord("ada", "", "", true, false, 2)),
                AccountRefusal.USER_EXISTS);
        done(key("K", "ada"));
        refused(key("K", UserRecord.ROOT_ID), AccountRefusal.KEY_EXISTS);
        refused(key("L", "eve"), AccountRefusal.NO_SUCH_USER);
        refused(new AccountChange.UpdateKey("L", true), AccountRefusal.NO_SUCH_KEY);
    }

    @Test
    void shouldRemoveAUserWithItsKeysUnlessItOwnsABucket() {
        done(new AccountChange.CreateUser(ADA));
        done(key("K", "ada"));
        done(key("R", UserRecord.ROOT_ID));
        assertThat(accounts.apply(new AccountChange.RemoveUser("ada"), 7, true)).isEqualTo(
                new Accounts.Outcome.Refused(AccountRefusal.USER_OWNS_BUCKETS));
        Accounts.Outcome removed = apply(new AccountChange.RemoveUser("ada"));
        assertThat(removed).isInstanceOfSatisfying(Accounts.Outcome.Changed.class, changed -> {
            assertThat(changed.removedUsers()).containsExactly("ada");
            assertThat(changed.removedKeys()).containsExactly("K");
        });
        assertThat(accounts.keys()).containsOnlyKeys("R");
    }

    @Test
    void shouldNeverLockTheRootUserOut() {
        String root = UserRecord.ROOT_ID;
        refused(new AccountChange.RemoveUser(root), AccountRefusal.ROOT_USER);
        refused(update(root, false, false), AccountRefusal.ROOT_USER);
        refused(update(root, true, true), AccountRefusal.ROOT_USER);
        done(key("A", root));
        refused(new AccountChange.RemoveKey("A"), AccountRefusal.LAST_ROOT_KEY);
        done(key("B", root));
        done(new AccountChange.UpdateKey("A", false));
        refused(new AccountChange.UpdateKey("B", false), AccountRefusal.LAST_ROOT_KEY);
        refused(new AccountChange.RemoveKey("B"), AccountRefusal.LAST_ROOT_KEY);
        done(new AccountChange.RemoveKey("A"));
        done(update(root, true, false));
    }

    @Test
    void shouldBoundKeysAndTexts() {
        done(new AccountChange.CreateUser(ADA));
        for (int i = 0; i < Accounts.USER_KEYS_MAX; i++) {
            done(key("K" + i, "ada"));
        }
        refused(key("K", "ada"), AccountRefusal.TOO_MANY_KEYS);
        String tooLong = "x".repeat(ClusterState.TEXT_LETTERS_MAX + 1);
        refused(new AccountChange.CreateUser(
                new UserRecord("eve", tooLong, "", false, false, 1)), AccountRefusal.TOO_LONG);
        refused(new AccountChange.CreateKey(
                        new AccessKey("S", tooLong, UserRecord.ROOT_ID, true, 1)),
                AccountRefusal.TOO_LONG);
    }
}
