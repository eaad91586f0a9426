package io.catena.server;

import ch.qos.logback.classic.Level;
import io.catena.server.settings.ResolvedSettings;
import io.catena.server.settings.ServerSettings;
import io.catena.server.settings.SettingKey;
import io.catena.server.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `catena server`: runs one server until it is told to stop.
@Command(name = "server", description = "Runs a server.", mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
    private static final int BASE_PORT = 9_000;

    @Option(names = "--config", paramLabel = "FILE",
            description = "The settings file; without one, --data DIR alone makes and runs a"
                    + " one-server cluster in DIR.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Map<SettingKey, String> flags = SettingsFlags.of(spec.commandLine().getParseResult());
        ResolvedSettings resolved = ResolvedSettings.ofProcess(configuration(flags), flags);
        ServerSettings settings = ServerSettings.of(resolved);
        level(settings.logLevel());
        CatenaServer server = new CatenaServer(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "stop"));
        server.run();
        return 0;
    }

    /// The named file, or that of a one-server cluster in the data folder, made if need be.
    private Optional<Path> configuration(Map<SettingKey, String> flags)
            throws IOException, GeneralSecurityException {
        if (file != null) {
            return Optional.of(file);
        }
        String data = flags.remove(SettingKey.DATA);
        if (data == null) {
            throw new SettingsException("name a settings file (--config) or a folder (--data)");
        }
        Path directory = Path.of(data);
        if (!ClusterFiles.exist(directory)) {
            Files.createDirectories(directory);
            new ClusterFiles(directory, 1, BASE_PORT, List.of(), 1).create();
            spec.commandLine().getOut().printf(
                    "A new one-server cluster; its first key and its CA are named in %s%n",
                    directory.resolve("cluster.env"));
        }
        return Optional.of(directory.resolve("server-1/settings.yaml"));
    }

    private static void level(String name) {
        Level level = new EnumMap<>(Map.of(Levels.ERROR, Level.ERROR, Levels.WARN, Level.WARN,
                Levels.INFO, Level.INFO, Levels.DEBUG, Level.DEBUG, Levels.TRACE, Level.TRACE))
                .get(Levels.of(name));
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)
                instanceof ch.qos.logback.classic.Logger root) {
            root.setLevel(level);
        }
    }

    private enum Levels {
        ERROR, WARN, INFO, DEBUG, TRACE;

        static Levels of(String name) {
            for (Levels level : values()) {
                if (level.name().equalsIgnoreCase(name)) {
                    return level;
                }
            }
            throw new SettingsException("log-level: '" + name + "' is none of "
                    + List.of(values()));
        }
    }
}
