package io.catena.server.cli;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `catena key …`
@Command(name = "key", description = "Access keys of users.",
        subcommands = {KeyCommand.Create.class, KeyCommand.ListAll.class, KeyCommand.Disable.class,
            KeyCommand.Enable.class, KeyCommand.Delete.class},
        mixinStandardHelpOptions = true)
public final class KeyCommand implements Runnable {
    private static final int SECRET_FILE_BYTES_MAX = 4_096;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static String path(String user) {
        return "/users" + AdminClient.segment(user) + "/keys";
    }

    private static String path(String user, String key) {
        return path(user) + AdminClient.segment(key);
    }

    /// `catena key create`
    @Command(name = "create", description = "Gives a user a key, and shows its secret, once.",
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Option(names = "--user", required = true, paramLabel = "ID",
                description = "Whose key it is; root is the root user.")
        private String user;

        @Option(names = "--access-key", paramLabel = "ID",
                description = "Bring this key along, with --secret-file.")
        private String accessKey;

        @Option(names = "--secret-file", paramLabel = "FILE",
                description = "Its secret, the first line; - is standard input.")
        private Path secretFile;

        @Override
        public Integer call() {
            if ((accessKey == null) != (secretFile == null)) {
                throw AdminCall.usage("give both --access-key and --secret-file, or neither");
            }
            JsonObject fields = new JsonObject();
            if (accessKey != null) {
                fields.put("accessKeyId", accessKey).put("secretAccessKey", secret(secretFile));
            }
            return call.showing(change.post(path(user), fields));
        }

        private static String secret(Path file) {
            try (InputStream in = file.toString().equals("-")
                    ? System.in : Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(SECRET_FILE_BYTES_MAX);
                return new String(bytes, StandardCharsets.UTF_8).lines().findFirst()
                        .map(String::strip).orElseThrow(
                                () -> AdminCall.usage(file + " holds no secret"));
            } catch (IOException e) {
                throw AdminCall.usage("cannot read " + e.getMessage());
            }
        }
    }

    /// `catena key list`
    @Command(name = "list", description = "A user's keys, without secrets.",
            mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Option(names = "--user", required = true, paramLabel = "ID",
                description = "Whose key it is; root is the root user.")
        private String user;

        @Override
        public Integer call() {
            return call.listing(client -> client.list(path(user)),
                    "accessKeyId", "user", "active", "created");
        }
    }

    /// `catena key disable`
    @Command(name = "disable", description = "The key is not taken any more.",
            mixinStandardHelpOptions = true)
    static final class Disable implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "KEY", description = "The access key id.")
        private String key;

        @Option(names = "--user", required = true, paramLabel = "ID",
                description = "Whose key it is; root is the root user.")
        private String user;

        @Override
        public Integer call() {
            return call.showing(
                    change.patch(path(user, key), new JsonObject().put("active", false)));
        }
    }

    /// `catena key enable`
    @Command(name = "enable", description = "The key is taken again.",
            mixinStandardHelpOptions = true)
    static final class Enable implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "KEY", description = "The access key id.")
        private String key;

        @Option(names = "--user", required = true, paramLabel = "ID",
                description = "Whose key it is; root is the root user.")
        private String user;

        @Override
        public Integer call() {
            return call.showing(
                    change.patch(path(user, key), new JsonObject().put("active", true)));
        }
    }

    /// `catena key delete`
    @Command(name = "delete", description = "Revokes a key for good.",
            mixinStandardHelpOptions = true)
    static final class Delete implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "KEY", description = "The access key id.")
        private String key;

        @Option(names = "--user", required = true, paramLabel = "ID",
                description = "Whose key it is; root is the root user.")
        private String user;

        @Override
        public Integer call() {
            return call.doing(change.delete(path(user, key), "key " + key),
                    change.done("deleted key " + key));
        }
    }
}
