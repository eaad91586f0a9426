package io.catena.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `catena chain …`
@Command(name = "chain", description = "Chains of nodes.",
        subcommands = {ChainCommand.ListAll.class},
        mixinStandardHelpOptions = true)
public final class ChainCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// `catena chain list`
    @Command(name = "list", description = "All chains: members from head to tail, then who joins.",
            mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private AdminCall call;

        @Override
        public Integer call() {
            return call.listing(client -> client.list("/chains"), "id", "epoch", "members");
        }
    }
}
