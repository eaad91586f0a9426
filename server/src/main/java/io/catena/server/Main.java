package io.catena.server;

import io.catena.server.cli.BucketCommand;
import io.catena.server.cli.ChainCommand;
import io.catena.server.cli.CommandFailure;
import io.catena.server.cli.ExitCode;
import io.catena.server.cli.KeyCommand;
import io.catena.server.cli.NodeCommand;
import io.catena.server.cli.UserCommand;
import io.catena.server.settings.SettingsException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `catena` program: server and command line.
@Command(
        name = "catena",
        description = "Self-hosted object store: S3 over TLS, chain replication behind.",
        subcommands = {ServerCommand.class, ClusterCommand.class, ConfigCommand.class,
            JoinTokenCommand.class, UserCommand.class, KeyCommand.class, BucketCommand.class,
            NodeCommand.class, ChainCommand.class},
        mixinStandardHelpOptions = true,
        version = "catena 0.1.0")
final class Main implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new Main());
        SettingsFlags.addTo(commands.getSubcommands().get("server").getCommandSpec());
        SettingsFlags.addTo(commands.getSubcommands().get("config").getSubcommands().get("show")
                .getCommandSpec());
        commands.setExecutionExceptionHandler((failure, command, _) -> {
            command.getErr().println("catena: " + failure.getMessage());
            return codeOf(failure).number();
        });
        // picocli writes enums as they are declared; ours are typed in lower case.
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        int code = commands.execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    private static ExitCode codeOf(Exception failure) {
        return switch (failure) {
            case CommandFailure known -> known.code();
            case SettingsException _ -> ExitCode.USAGE;
            default -> ExitCode.FAILURE;
        };
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
