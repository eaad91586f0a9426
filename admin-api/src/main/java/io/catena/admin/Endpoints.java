package io.catena.admin;

import io.catena.s3.http.PercentCoding;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// All operations, and which of them a request is for.
final class Endpoints {
    private final List<Endpoint> all;

    Endpoints(Administration cluster, InstantSource clock) {
        RandomNames names = new RandomNames(new SecureRandom());
        this.all = List.of(
                new GetCluster(cluster),
                new ListNodes(cluster),
                new GetBalance(cluster),
                new UpdateServer(cluster),
                new RemoveServer(cluster),
                new CreateJoinToken(cluster),
                new ListChains(cluster),
                new ListBuckets(cluster),
                new CreateBucket(cluster),
                new GetBucket(cluster),
                new GetBucketUsage(cluster),
                new DeleteBucket(cluster),
                new ListUsers(cluster),
                new CreateUser(cluster, names, clock),
                new GetUser(cluster),
                new UpdateUser(cluster),
                new DeleteUser(cluster),
                new ListKeys(cluster),
                new CreateKey(cluster, names, clock),
                new UpdateKey(cluster),
                new DeleteKey(cluster));
    }

    /// @param path what stands for the names in the endpoint's path
    record Route(Endpoint endpoint, Map<String, String> path) {
        Route {
            path = Map.copyOf(path);
        }
    }

    /// @param rawPath as sent: a percent-encoded slash does not part segments
    /// @throws AdminException NO_SUCH_PATH, METHOD_NOT_ALLOWED
    Route route(String method, String rawPath) {
        boolean known = false;
        for (Endpoint endpoint : all) {
            Optional<Map<String, String>> path = match(Endpoint.ROOT + endpoint.path(), rawPath);
            if (path.isPresent() && endpoint.method().equals(method)) {
                return new Route(endpoint, path.get());
            }
            known |= path.isPresent();
        }
        throw known ? AdminError.METHOD_NOT_ALLOWED.exception(method + " cannot be done here.")
                : AdminError.NO_SUCH_PATH.exception("Nothing has this path.");
    }

    private static Optional<Map<String, String>> match(String template, String rawPath) {
        String[] wanted = template.split("/", -1);
        String[] given = rawPath.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> names = new TreeMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{") && !given[i].isEmpty()) {
                names.put(wanted[i].substring(1, wanted[i].length() - 1),
                        PercentCoding.decodeText(given[i], false));
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(names);
    }
}
