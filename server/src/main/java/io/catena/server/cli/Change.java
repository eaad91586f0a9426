package io.catena.server.cli;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/// What every command that changes something takes.
final class Change {
    @Option(names = "--dry-run", description = "Check everything and do nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask back.")
    private boolean yes;

    Function<AdminClient, JsonObject> post(String path, JsonObject body) {
        return client -> client.change("POST", path, Optional.of(body), dryRun);
    }

    Function<AdminClient, JsonObject> patch(String path, JsonObject body) {
        return client -> client.change("PATCH", path, Optional.of(body), dryRun);
    }

    /// Asks back first, on a terminal; elsewhere `--yes` must have been given.
    Function<AdminClient, JsonObject> delete(String path, String what) {
        return client -> {
            confirm(what);
            return client.change("DELETE", path, Optional.empty(), dryRun);
        };
    }

    String done(String what) {
        return dryRun ? what + " (dry run: nothing was done)" : what;
    }

    private void confirm(String what) {
        if (yes || dryRun) {
            return;
        }
        if (System.console() == null || !System.console().isTerminal()) {
            throw AdminCall.usage("there is nobody to ask back: give --yes to delete " + what);
        }
        if (!"yes".equals(System.console().readLine("Delete %s? Type yes: ", what))) {
            throw new CommandFailure(ExitCode.FAILURE, "nothing was deleted");
        }
    }
}
