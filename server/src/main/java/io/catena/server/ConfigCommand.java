package io.catena.server;

import io.catena.server.settings.ResolvedSettings;
import io.catena.server.settings.SettingKey;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `catena config …`
@Command(name = "config", description = "Settings of a server.",
        subcommands = ConfigCommand.Show.class, mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// `catena config show`: every setting, its value, and where that comes from.
    @Command(name = "show", description = "Every setting, its value and its origin.",
            mixinStandardHelpOptions = true)
    static final class Show implements Runnable {
        @Option(names = "--config", paramLabel = "FILE", description = "The settings file.")
        private Path file;

        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            ResolvedSettings settings = ResolvedSettings.ofProcess(Optional.ofNullable(file),
                    SettingsFlags.of(spec.commandLine().getParseResult()));
            for (SettingKey key : SettingKey.values()) {
                var value = settings.value(key);
                spec.commandLine().getOut().printf("%-20s %-40s (%s)%n",
                        key.key(), value.text(), value.origin());
            }
        }
    }
}
