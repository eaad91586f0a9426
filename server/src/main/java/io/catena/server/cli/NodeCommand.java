package io.catena.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `catena node …`
@Command(name = "node", description = "Nodes: each disk of each server.",
        subcommands = {NodeCommand.ListAll.class},
        mixinStandardHelpOptions = true)
public final class NodeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
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
                    "port", "incarnation", "state", "heads", "tails", "memberOf", "joining");
        }
    }
}
