package io.catena.server.cli;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `catena user …`
@Command(name = "user", description = "Users of the cluster.",
        subcommands = {UserCommand.Create.class, UserCommand.ListAll.class, UserCommand.Show.class,
            UserCommand.Update.class, UserCommand.Disable.class, UserCommand.Enable.class,
            UserCommand.Delete.class},
        mixinStandardHelpOptions = true)
public final class UserCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static String path(String id) {
        return "/users" + AdminClient.segment(id);
    }

    private static JsonObject fields(Optional<String> id, String displayName, String email,
            Boolean administrator) {
        JsonObject fields = new JsonObject();
        id.ifPresent(chosen -> fields.put("id", chosen));
        if (displayName != null) {
            fields.put("displayName", displayName);
        }
        if (email != null) {
            fields.put("email", email);
        }
        if (administrator != null) {
            fields.put("administrator", administrator);
        }
        return fields;
    }

    /// `catena user create`
    @Command(name = "create", description = "Makes a user, without a key.",
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Option(names = "--id", paramLabel = "ID",
                description = "What it is told by to others; 64 random hexadecimal digits else.")
        private String id;

        @Option(names = "--display-name", paramLabel = "NAME",
                description = "Shown beside the id; the id else.")
        private String displayName;

        @Option(names = "--email", paramLabel = "ADDRESS",
                description = "For people.")
        private String email;

        @Option(names = "--administrator",
                description = "May use this command line, and every bucket.")
        private boolean administrator;

        @Override
        public Integer call() {
            if (displayName == null && id == null) {
                throw AdminCall.usage("give --display-name, or --id");
            }
            return call.showing(change.post("/users", fields(Optional.ofNullable(id),
                    displayName == null ? id : displayName, email, administrator)));
        }
    }

    /// `catena user list`
    @Command(name = "list", description = "All users.",
            mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Override
        public Integer call() {
            return call.listing(client -> client.list("/users"), "id", "displayName", "email",
                    "administrator", "disabled", "created");
        }
    }

    /// `catena user show`
    @Command(name = "show", description = "One user.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Parameters(paramLabel = "ID", description = "The user's id; root is the root user.")
        private String id;

        @Override
        public Integer call() {
            return call.showing(client -> client.get(path(id)));
        }
    }

    /// `catena user update`
    @Command(name = "update", description = "Changes what is given.",
            mixinStandardHelpOptions = true)
    static final class Update implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "ID", description = "The user's id; root is the root user.")
        private String id;

        @Option(names = "--display-name", paramLabel = "NAME",
                description = "Shown beside the id.")
        private String displayName;

        @Option(names = "--email", paramLabel = "ADDRESS",
                description = "For people.")
        private String email;

        @Option(names = "--administrator", paramLabel = "true|false",
                description = "May use this command line, and every bucket.")
        private Boolean administrator;

        @Override
        public Integer call() {
            return call.showing(change.patch(path(id),
                    fields(Optional.empty(), displayName, email, administrator)));
        }
    }

    /// `catena user disable`
    @Command(name = "disable", description = "None of its keys is taken any more.",
            mixinStandardHelpOptions = true)
    static final class Disable implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "ID", description = "The user's id; root is the root user.")
        private String id;

        @Override
        public Integer call() {
            return call.showing(
                    change.patch(path(id), new JsonObject().put("disabled", true)));
        }
    }

    /// `catena user enable`
    @Command(name = "enable", description = "Its active keys are taken again.",
            mixinStandardHelpOptions = true)
    static final class Enable implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "ID", description = "The user's id; root is the root user.")
        private String id;

        @Override
        public Integer call() {
            return call.showing(
                    change.patch(path(id), new JsonObject().put("disabled", false)));
        }
    }

    /// `catena user delete`
    @Command(name = "delete", description = "Removes a user who owns no bucket, with its keys.",
            mixinStandardHelpOptions = true)
    static final class Delete implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "ID", description = "The user's id; root is the root user.")
        private String id;

        @Override
        public Integer call() {
            return call.doing(change.delete(path(id), "user " + id),
                    change.done("deleted user " + id));
        }
    }
}
