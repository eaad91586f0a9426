package io.catena.server.cli;

import io.catena.server.settings.AdminEnvironment;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What every command that asks a server takes: where it is, who asks, and how the answer is shown.
/// A secret comes from the environment or a file: other users see command lines.
final class AdminCall {
    private static final String REGION_DEFAULT = "us-east-1";

    enum Format { TABLE, JSON }

    @Option(names = "--url", paramLabel = "URL",
            description = "Admin API of any server; else the variable ADMIN_URL.")
    private URI url;

    @Option(names = "--ca", paramLabel = "FILE",
            description = "The cluster's CA, PEM; else AWS_CA_BUNDLE, else what the machine"
                    + " trusts.")
    private Path authorities;

    @Option(names = "--key-file", paramLabel = "FILE",
            description = "Access key id and secret, a line each; else AWS_ACCESS_KEY_ID and"
                    + " AWS_SECRET_ACCESS_KEY.")
    private Path keyFile;

    @Option(names = "--region", paramLabel = "NAME",
            description = "The cluster's region; else AWS_DEFAULT_REGION, else us-east-1.")
    private String region;

    @Option(names = "--output", defaultValue = "table", paramLabel = "table|json",
            description = "How answers are shown; table by default.")
    private Format format;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private record Key(String id, String secret) {}

    /// Asks, and shows the one object that comes back.
    ///
    /// @throws CommandFailure when it is refused, or cannot be asked
    Integer showing(Function<AdminClient, JsonObject> question) {
        JsonObject answer = ask(question);
        print(format == Format.JSON ? answer.encodePrettily() : Table.ofFields(answer).toString());
        return 0;
    }

    /// Asks, and shows these fields of the items that come back.
    ///
    /// @throws CommandFailure as [#showing]
    Integer listing(Function<AdminClient, JsonObject> question, String... columns) {
        JsonObject answer = ask(question);
        print(format == Format.JSON ? answer.encodePrettily()
                : Table.ofItems(List.of(columns), answer.getJsonArray("items")).toString());
        return 0;
    }

    /// Asks for what has no answer; `done` says what was done.
    ///
    /// @throws CommandFailure as [#showing]
    Integer doing(Function<AdminClient, JsonObject> question, String done) {
        ask(question);
        print(format == Format.JSON
                ? new JsonObject().put("done", done).encodePrettily() : done + '\n');
        return 0;
    }

    private void print(String text) {
        command.commandLine().getOut().print(text.endsWith("\n") ? text : text + '\n');
        command.commandLine().getOut().flush();
    }

    private JsonObject ask(Function<AdminClient, JsonObject> question) {
        try (AdminClient client = client()) {
            return question.apply(client);
        }
    }

    private AdminClient client() {
        AdminEnvironment environment = AdminEnvironment.ofProcess();
        URI server = Optional.ofNullable(url).or(() -> environment.url().map(URI::create))
                .orElseThrow(() -> usage("name a server: --url or ADMIN_URL"));
        if (server.getHost() == null || !"https".equals(server.getScheme())) {
            throw usage(server + " is not https://HOST:PORT");
        }
        Key key = keyFile == null ? key(environment) : key(keyFile);
        String signedRegion = Optional.ofNullable(region).or(environment::region)
                .orElse(REGION_DEFAULT);
        return new AdminClient(server, key.id(), key.secret(), signedRegion,
                Optional.ofNullable(authorities).or(() ->
                        environment.authorityFile().map(Path::of)).map(AdminCall::trust));
    }

    private static Key key(AdminEnvironment environment) {
        return new Key(
                environment.accessKeyId().orElseThrow(() -> usage(
                        "name a key: --key-file or AWS_ACCESS_KEY_ID")),
                environment.secretAccessKey().orElseThrow(() -> usage(
                        "AWS_SECRET_ACCESS_KEY is missing")));
    }

    private static Key key(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() < 2) {
                throw usage(file + " does not hold an id and a secret");
            }
            return new Key(lines.get(0).strip(), lines.get(1).strip());
        } catch (IOException e) {
            throw usage("cannot read " + e.getMessage());
        }
    }

    private static SSLContext trust(Path file) {
        try {
            return CaTrust.of(file);
        } catch (IOException | GeneralSecurityException e) {
            throw usage("cannot use the CA " + file + ": " + e.getMessage());
        }
    }

    static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }
}
