package io.catena.server.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// All settings as text, each with where it comes from. A flag beats a variable, a variable the
/// file, the file the default.
public final class ResolvedSettings {
    /// A setting's text and its origin.
    public record Value(String text, String origin) {}

    private final EnumMap<SettingKey, Value> values = new EnumMap<>(SettingKey.class);

    /// @param file the settings file, if one was named; must exist then
    /// @param environment the process' variables
    /// @param flags texts given on the command line
    public static ResolvedSettings resolve(
            Optional<Path> file, Map<String, String> environment, Map<SettingKey, String> flags) {
        ResolvedSettings resolved = new ResolvedSettings();
        Map<String, String> fromFile = file.map(ResolvedSettings::read).orElse(Map.of());
        fromFile.keySet().forEach(name -> refuseUnknown(name, file.orElseThrow()));
        for (SettingKey key : SettingKey.values()) {
            resolved.values.put(key, value(key, file, fromFile, environment, flags));
        }
        return resolved;
    }

    /// As [#resolve], with the variables of this process.
    public static ResolvedSettings ofProcess(Optional<Path> file, Map<SettingKey, String> flags) {
        return resolve(file, System.getenv(), flags);
    }

    private static Value value(SettingKey key, Optional<Path> file, Map<String, String> fromFile,
            Map<String, String> environment, Map<SettingKey, String> flags) {
        if (flags.containsKey(key)) {
            return new Value(flags.get(key), "flag " + key.flag());
        }
        if (environment.containsKey(key.variable())) {
            return new Value(environment.get(key.variable()), "variable " + key.variable());
        }
        if (fromFile.containsKey(key.key())) {
            return new Value(fromFile.get(key.key()), "file " + file.orElseThrow());
        }
        return new Value(key.byDefault(), "default");
    }

    private static Map<String, String> read(Path file) {
        try (var reader = Files.newBufferedReader(file)) {
            Object document = new Load(LoadSettings.builder().build()).loadFromReader(reader);
            if (!(document instanceof Map<?, ?> map)) {
                throw new SettingsException(file + " is not a map of settings");
            }
            Map<String, String> settings = new java.util.LinkedHashMap<>();
            map.forEach((name, value) ->
                    settings.put(String.valueOf(name), value == null ? "" : String.valueOf(value)));
            return settings;
        } catch (IOException e) {
            throw new SettingsException("cannot read " + file + ": " + e.getMessage());
        } catch (YamlEngineException e) {
            throw new SettingsException(file + " is not YAML: " + e.getMessage());
        }
    }

    private static void refuseUnknown(String name, Path file) {
        for (SettingKey key : SettingKey.values()) {
            if (key.key().equals(name)) {
                return;
            }
        }
        throw new SettingsException("unknown setting '" + name + "' in " + file);
    }

    public Value value(SettingKey key) {
        return values.get(key);
    }

    public String text(SettingKey key) {
        return values.get(key).text();
    }

    int number(SettingKey key, int min, int max) {
        try {
            int number = Integer.parseInt(text(key).trim());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refuse(key, "is not a number");
        }
        throw refuse(key, "is not between " + min + " and " + max);
    }

    SettingsException refuse(SettingKey key, String why) {
        Value value = value(key);
        return new SettingsException(
                key.key() + ": '" + value.text() + "' (" + value.origin() + ") " + why);
    }
}
