package io.catena.s3.bucket;

import io.catena.client.object.Users;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.UserRecord;
import io.catena.s3.xml.XmlWriter;

/// Who owns something, as answers show it.
public record Owner(String id, String displayName) {
    /// The name is for people to read: as this server knows it, however old that is.
    public static Owner of(Users users, String userId) {
        return users.user(userId, new ReadLevel.Eventual()).map(Owner::of)
                .orElseGet(() -> new Owner(userId, userId));
    }

    static Owner of(UserRecord user) {
        return new Owner(user.id(), user.displayName());
    }

    /// The fields, in an element of this name.
    public XmlWriter write(XmlWriter out, String element) {
        return writeFields(out.open(element)).close(element);
    }

    XmlWriter writeFields(XmlWriter out) {
        return out.element("ID", id).element("DisplayName", displayName);
    }
}
