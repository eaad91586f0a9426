package io.catena.server;

import io.catena.protocol.message.TrustMessage;
import io.catena.protocol.message.TrustReply;
import io.catena.protocol.wire.TrustWire;
import io.catena.server.cli.ExitCode;
import io.catena.server.settings.ResolvedSettings;
import io.catena.server.settings.ServerSettings;
import io.catena.server.settings.SettingKey;
import io.catena.server.settings.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `catena join-token …`: on a machine of the cluster, with the certificate of its server.
@Command(name = "join-token", description = "Tokens with which servers join the cluster.",
        subcommands = JoinTokenCommand.Create.class, mixinStandardHelpOptions = true)
final class JoinTokenCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// `catena join-token create`: prints a token that one server may join with, once.
    @Command(name = "create", description = "Makes a token for one server; prints it.",
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        @Option(names = "--config", paramLabel = "FILE",
                description = "The settings file of a server of the cluster.")
        private Path file;

        @Option(names = "--data", paramLabel = "DIR",
                description = "Or the data folder of one.")
        private Path data;

        @Option(names = "--ttl-seconds", defaultValue = "3600", paramLabel = "N",
                description = "How long it may be used; an hour unless given.")
        private int ttlSeconds;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            TrustReply reply = new MasterQuestion(settings()).ask(new TrustMessage.CreateJoinToken(
                    Duration.ofSeconds(ttlSeconds).toMillis()));
            if (reply instanceof TrustReply.TokenMade made) {
                spec.commandLine().getOut().println(TrustWire.toText(made.token()));
                return 0;
            }
            spec.commandLine().getErr().println("catena: " + reply);
            return ExitCode.FAILURE.number();
        }

        private ServerSettings settings() {
            if ((file == null) == (data == null)) {
                throw new SettingsException("name a settings file (--config) or a folder (--data)");
            }
            Map<SettingKey, String> flags = new EnumMap<>(SettingKey.class);
            if (data != null) {
                flags.put(SettingKey.DATA, data.toString());
            }
            Path from = data == null ? file : DataFolder.settingsFile(data);
            return ServerSettings.of(ResolvedSettings.ofProcess(Optional.of(from), flags));
        }
    }
}
