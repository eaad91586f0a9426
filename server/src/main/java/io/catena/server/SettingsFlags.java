package io.catena.server;

import io.catena.server.settings.SettingKey;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// A flag for every setting.
final class SettingsFlags {
    private SettingsFlags() {}

    static void addTo(CommandSpec command) {
        for (SettingKey key : SettingKey.values()) {
            command.addOption(OptionSpec.builder(key.flag()).type(String.class)
                    .paramLabel("VALUE").description(key.meaning()).build());
        }
    }

    /// The settings that were given as flags.
    static Map<SettingKey, String> of(ParseResult result) {
        Map<SettingKey, String> flags = new EnumMap<>(SettingKey.class);
        for (SettingKey key : SettingKey.values()) {
            if (result.hasMatchedOption(key.flag())) {
                flags.put(key, result.matchedOptionValue(key.flag(), ""));
            }
        }
        return flags;
    }
}
