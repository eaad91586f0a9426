package io.catena.server;

import io.catena.server.settings.SettingsException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `catena` program: server and command line.
@Command(
        name = "catena",
        description = "Self-hosted object store: S3 over TLS, chain replication behind.",
        subcommands = {ServerCommand.class, ClusterCommand.class, ConfigCommand.class,
            JoinTokenCommand.class},
        mixinStandardHelpOptions = true,
        version = "catena 0.1.0")
final class Main implements Runnable {
    /// Exit codes: 0 ok, 1 failure, 2 usage, 6 unavailable.
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int UNAVAILABLE = 6;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new Main());
        SettingsFlags.addTo(commands.getSubcommands().get("server").getCommandSpec());
        SettingsFlags.addTo(commands.getSubcommands().get("config").getSubcommands().get("show")
                .getCommandSpec());
        commands.setExecutionExceptionHandler((failure, command, _) -> {
            command.getErr().println("catena: " + failure.getMessage());
            return failure instanceof SettingsException ? USAGE : FAILURE;
        });
        int code = commands.execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
