package io.catena.protocol.wire;

import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.UserRecord;

/// Users, access keys and their changes as bytes: in messages, in the Raft log and in snapshots.
/// Ids are stable.
///
/// ```
/// user     id · display name · e-mail · administrator bool · disabled bool · created i64
/// key      id · secret · user id · active bool · created i64; formerly id · secret · root bool
/// change   id u8 (1 create user, 2 update user, 3 remove user, 4 create key, 5 update key,
///          6 remove key) · fields in the record's order
/// refusal  u8, in the order of the enum from 1
/// ```
public final class AccountWire {
    private AccountWire() {}

    public static void user(WireWriter out, UserRecord user) {
        out.text(user.id()).text(user.displayName()).text(user.email())
                .bool(user.administrator()).bool(user.disabled()).i64(user.createdMillis());
    }

    public static UserRecord user(WireReader in) {
        return new UserRecord(
                in.text(), in.text(), in.text(), in.bool(), in.bool(), in.i64());
    }

    public static void key(WireWriter out, AccessKey key) {
        out.text(key.id()).text(key.secret()).text(key.userId()).bool(key.active())
                .i64(key.createdMillis());
    }

    public static AccessKey key(WireReader in) {
        return new AccessKey(in.text(), in.text(), in.text(), in.bool(), in.i64());
    }

    /// As it was before there were users: all keys were the root user's.
    public static AccessKey formerKey(WireReader in) {
        AccessKey key = AccessKey.ofRoot(in.text(), in.text());
        in.bool();
        return key;
    }

    public static void change(WireWriter out, AccountChange change) {
        switch (change) {
            case AccountChange.CreateUser c -> user(out.u8(1), c.user());
            case AccountChange.UpdateUser c -> out.u8(2).text(c.id())
                    .optional(c.displayName(), WireWriter::text)
                    .optional(c.email(), WireWriter::text)
                    .optional(c.administrator(), WireWriter::bool)
                    .optional(c.disabled(), WireWriter::bool);
            case AccountChange.RemoveUser c -> out.u8(3).text(c.id());
            case AccountChange.CreateKey c -> key(out.u8(4), c.key());
            case AccountChange.UpdateKey c -> out.u8(5).text(c.id()).bool(c.active());
            case AccountChange.RemoveKey c -> out.u8(6).text(c.id());
        }
    }

    public static AccountChange change(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> new AccountChange.CreateUser(user(in));
            case 2 -> new AccountChange.UpdateUser(in.text(), in.optional(WireReader::text),
                    in.optional(WireReader::text), in.optional(WireReader::bool),
                    in.optional(WireReader::bool));
            case 3 -> new AccountChange.RemoveUser(in.text());
            case 4 -> new AccountChange.CreateKey(key(in));
            case 5 -> new AccountChange.UpdateKey(in.text(), in.bool());
            case 6 -> new AccountChange.RemoveKey(in.text());
            default -> throw new WireException("account change " + id);
        };
    }

    public static void refusal(WireWriter out, AccountRefusal refusal) {
        out.u8(refusal.ordinal() + 1);
    }

    public static AccountRefusal refusal(WireReader in) {
        int id = in.u8();
        if (id < 1 || id > AccountRefusal.values().length) {
            throw new WireException("account refusal " + id);
        }
        return AccountRefusal.values()[id - 1];
    }
}
