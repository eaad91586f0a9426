package io.catena.admin;

import io.catena.protocol.cluster.UserRecord;
import io.catena.s3.http.Query;
import java.util.Map;

/// A request that an administrator has signed, its body read.
///
/// @param path what stands for the names in the endpoint's path
/// @param dryRun whether everything is to be checked and nothing done
/// @param fields of the body
record AdminRequest(
        UserRecord caller, Map<String, String> path, Query query, boolean dryRun, Fields fields) {
    /// What the root user is called beside its id.
    static final String ROOT_NAME = "root";

    AdminRequest {
        path = Map.copyOf(path);
    }

    String path(String name) {
        return path.get(name);
    }

    /// The user that the path names.
    String userId() {
        return userId(path("user"));
    }

    static String userId(String named) {
        return named.equals(ROOT_NAME) ? UserRecord.ROOT_ID : named;
    }

    /// @throws AdminException INVALID_ARGUMENT
    static boolean dryRun(Query query) {
        return switch (query.get("dryRun").orElse("false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw AdminError.INVALID_ARGUMENT.exception("dryRun is true or false.");
        };
    }
}
