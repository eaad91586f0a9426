package io.catena.server.cli;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `catena bucket …`
@Command(name = "bucket", description = "Buckets of all users.",
        subcommands = {BucketCommand.ListAll.class, BucketCommand.Create.class,
            BucketCommand.Delete.class, BucketCommand.Usage.class},
        mixinStandardHelpOptions = true)
public final class BucketCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// `catena bucket list`
    @Command(name = "list", description = "All buckets.",
            mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Override
        public Integer call() {
            return call.listing(client -> client.list("/buckets"),
                    "name", "owner", "shards", "created");
        }
    }

    /// `catena bucket create`
    @Command(name = "create", description = "Makes a bucket.",
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "NAME", description = "The bucket's name.")
        private String name;

        @Option(names = "--owner", paramLabel = "ID",
                description = "A user; whoever asks else.")
        private String owner;

        @Override
        public Integer call() {
            JsonObject fields = new JsonObject().put("name", name);
            if (owner != null) {
                fields.put("owner", owner);
            }
            return call.showing(change.post("/buckets", fields));
        }
    }

    /// `catena bucket delete`
    @Command(name = "delete", description = "Removes an empty bucket.",
            mixinStandardHelpOptions = true)
    static final class Delete implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "NAME", description = "The bucket's name.")
        private String name;

        @Override
        public Integer call() {
            return call.doing(
                    change.delete("/buckets" + AdminClient.segment(name), "bucket " + name),
                    change.done("deleted bucket " + name));
        }
    }

    /// `catena bucket usage`
    @Command(name = "usage", description = "What a bucket's objects come to, exactly, as of now.",
            mixinStandardHelpOptions = true)
    static final class Usage implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Parameters(paramLabel = "NAME", description = "The bucket's name.")
        private String name;

        @Override
        public Integer call() {
            return call.showing(client ->
                    client.get("/buckets" + AdminClient.segment(name) + "/usage"));
        }
    }
}
