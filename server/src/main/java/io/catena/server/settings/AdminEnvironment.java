package io.catena.server.settings;

import java.util.Map;
import java.util.Optional;

/// Where the command line asks, and as whom, when no flag says so: the variables that stand in a
/// local cluster's `cluster.env`. Empty ones count as absent.
public record AdminEnvironment(
        Optional<String> url, Optional<String> accessKeyId, Optional<String> secretAccessKey,
        Optional<String> authorityFile, Optional<String> region) {
    public static AdminEnvironment ofProcess() {
        return of(System.getenv());
    }

    static AdminEnvironment of(Map<String, String> variables) {
        return new AdminEnvironment(
                variable(variables, "ADMIN_URL"),
                variable(variables, "AWS_ACCESS_KEY_ID"),
                variable(variables, "AWS_SECRET_ACCESS_KEY"),
                variable(variables, "AWS_CA_BUNDLE"),
                variable(variables, "AWS_DEFAULT_REGION"));
    }

    private static Optional<String> variable(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /// Never the secret.
    @Override
    public String toString() {
        return "AdminEnvironment[" + url.orElse("") + "]";
    }
}
