package io.catena.server;

import ch.qos.logback.classic.Level;
import io.catena.server.settings.ResolvedSettings;
import io.catena.server.settings.ServerSettings;
import io.catena.server.settings.SettingKey;
import io.catena.server.settings.SettingsException;
import java.nio.file.Path;
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
    @Option(names = "--config", paramLabel = "FILE",
            description = "The settings file; without one, --data DIR alone makes and runs a"
                    + " one-server cluster in DIR, and starts what was made there.")
    private Path file;

    @Option(names = "--join", paramLabel = "HOST:PORT",
            description = "With --data DIR, which is empty: joins the cluster that the server with"
                    + " this node port belongs to.")
    private String join;

    @Option(names = "--token-file", paramLabel = "FILE",
            description = "With --join: the file with the join token.")
    private Path tokenFile;

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

    /// The named file, or that in the data folder, made if need be.
    private Optional<Path> configuration(Map<SettingKey, String> flags) throws Exception {
        if ((join == null) != (tokenFile == null)) {
            throw new SettingsException("--join and --token-file belong together");
        }
        if (file != null) {
            return Optional.of(file);
        }
        if (!flags.containsKey(SettingKey.DATA)) {
            throw new SettingsException("name a settings file (--config) or a folder (--data)");
        }
        Path data = Path.of(flags.get(SettingKey.DATA));
        DataFolder folder = new DataFolder(data, flags);
        if (folder.isEmpty() && join != null) {
            folder.join(join, tokenFile);
        } else if (folder.isEmpty()) {
            folder.found();
        }
        folder.printFirstKey(spec.commandLine().getOut());
        return Optional.of(DataFolder.settingsFile(data));
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
