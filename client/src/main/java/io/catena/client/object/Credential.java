package io.catena.client.object;

import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.UserRecord;

/// A key that is taken, and whose it is.
public record Credential(AccessKey key, UserRecord user) {}
