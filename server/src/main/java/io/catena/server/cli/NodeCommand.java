package io.catena.server.cli;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `catena node …`
@Command(name = "node", description = "Nodes: each disk of each server.",
        subcommands = {NodeCommand.ListAll.class, NodeCommand.Drain.class,
            NodeCommand.Cordon.class, NodeCommand.Uncordon.class, NodeCommand.Remove.class,
            NodeCommand.Balance.class},
        mixinStandardHelpOptions = true)
public final class NodeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static String path(int server) {
        return "/servers" + AdminClient.segment(Integer.toString(server));
    }

    private static JsonObject duty(String duty) {
        return new JsonObject().put("duty", duty);
    }

    /// `catena node drain`
    @Command(name = "drain",
            description = "Moves all replicas off a server; --dry-run shows the moves.",
            mixinStandardHelpOptions = true)
    static final class Drain implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "SERVER", description = "Its number.")
        private int server;

        @Override
        public Integer call() {
            return call.showing(change.patch(path(server), duty("draining")));
        }
    }

    /// `catena node cordon`
    @Command(name = "cordon", description = "Gives a server no further replicas; pauses a drain.",
            mixinStandardHelpOptions = true)
    static final class Cordon implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "SERVER", description = "Its number.")
        private int server;

        @Override
        public Integer call() {
            return call.showing(change.patch(path(server), duty("cordoned")));
        }
    }

    /// `catena node uncordon`
    @Command(name = "uncordon", description = "Gives a server replicas again; cancels a drain.",
            mixinStandardHelpOptions = true)
    static final class Uncordon implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "SERVER", description = "Its number.")
        private int server;

        @Override
        public Integer call() {
            return call.showing(change.patch(path(server), duty("active")));
        }
    }

    /// `catena node remove`
    @Command(name = "remove", description = "Takes a drained server out for good.",
            mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Mixin
        private Change change;

        @Parameters(paramLabel = "SERVER", description = "Its number.")
        private int server;

        @Override
        public Integer call() {
            return call.doing(change.delete(path(server), "server " + server),
                    change.done("removed server " + server));
        }
    }

    /// `catena node balance`
    @Command(name = "balance", description = "Replicas that are still to be moved.",
            mixinStandardHelpOptions = true)
    static final class Balance implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Override
        public Integer call() {
            return call.showing(client -> client.get("/balance"));
        }
    }

    /// `catena node list`
    @Command(name = "list", description = "All nodes, and what they do.",
            mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Override
        public Integer call() {
            return call.listing(client -> client.list("/nodes"), "id", "server", "disk", "host",
                    "port", "incarnation", "duty", "zone", "state", "heads", "tails", "memberOf",
                    "joining");
        }
    }
}
