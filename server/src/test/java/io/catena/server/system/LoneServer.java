package io.catena.server.system;

import io.catena.server.settings.SettingKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A process of `catena server --data DIR`, as a user starts it without any script.
final class LoneServer implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration STOP_MAX = Duration.ofSeconds(30);
    private static final String HOST = "127.0.0.1";
    private static final String CATENA =
            LocalCluster.REPOSITORY.resolve("server/target/catena/bin/catena").toString();

    final Path data;
    final int basePort;
    private final Path output;
    private Process process;

    /// @param data may be empty, or hold what a former start made
    LoneServer(Path data, int basePort) {
        this.data = data;
        this.basePort = basePort;
        this.output = data.resolveSibling(data.getFileName() + ".log");
    }

    /// So many neighbouring ports that were free a moment ago.
    static int freePorts(int count) throws IOException {
        for (int base = 30_100; base < 32_700; base += 20) {
            List<ServerSocket> open = new ArrayList<>();
            try {
                for (int port = base; port < base + count; port++) {
                    open.add(new ServerSocket(port));
                }
                return base;
            } catch (IOException _) {
                // Taken: the next ones.
            } finally {
                for (ServerSocket socket : open) {
                    socket.close();
                }
            }
        }
        throw new IOException("no " + count + " free ports");
    }

    /// The first start, with ports.
    LoneServer start(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(CATENA, "server", "--data",
                data.toString()));
        List<SettingKey> ports = List.of(SettingKey.S3_PORT, SettingKey.CONSOLE_PORT,
                SettingKey.NODE_PORT, SettingKey.HEALTH_PORT);
        for (int i = 0; i < ports.size(); i++) {
            command.addAll(List.of(ports.get(i).flag(), Integer.toString(basePort + i)));
        }
        command.addAll(List.of(more));
        return run(command);
    }

    /// A later start: the folder says everything.
    LoneServer startAgain() throws IOException {
        return run(List.of(CATENA, "server", "--data", data.toString()));
    }

    private LoneServer run(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile())).start();
        return this;
    }

    String nodeAddress() {
        return HOST + ":" + (basePort + 2);
    }

    int nodePort() {
        return basePort + 2;
    }

    String printed() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What stands behind a word that was printed.
    String printed(String word) {
        Matcher matcher = Pattern.compile("(?m)^ +" + word + " +(\\S+)$").matcher(printed());
        if (!matcher.find()) {
            throw new AssertionError("no " + word + " in:\n" + printed());
        }
        return matcher.group(1);
    }

    LoneServer awaitReady() {
        LocalCluster.await(START_MAX, "the server at " + data + " is ready", () -> {
            if (!process.isAlive()) {
                throw new AssertionError("it ended:\n" + printed());
            }
            return status("/health/ready") == 200;
        });
        return this;
    }

    /// How the process ended by itself.
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(START_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("it still runs:\n" + printed());
        }
        return process.exitValue();
    }

    int status(String path) {
        if (!Files.exists(data.resolve("settings.yaml"))) {
            return 0;
        }
        try {
            return get(path).statusCode();
        } catch (IOException _) {
            return 0;
        }
    }

    private HttpResponse<String> get(String path) throws IOException {
        try (HttpClient http = HttpClient.newBuilder().sslContext(trusting()).build()) {
            return http.send(HttpRequest.newBuilder(
                            URI.create("https://" + HOST + ":" + (basePort + 3) + path))
                    .timeout(Duration.ofSeconds(5)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// How often somebody was refused for this reason.
    double refused(String reason) {
        try {
            Matcher matcher = Pattern.compile("(?m)^catena_trust_refused_total\\{reason=\""
                    + reason + "\"} ([0-9.E]+)$").matcher(get("/metrics").body());
            return matcher.find() ? Double.parseDouble(matcher.group(1)) : -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(), null);
            return context;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private TrustManager[] trust() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(data.resolve("tls/ca.pem"))) {
            store.setCertificateEntry("ca",
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    S3Client client(String keyId, String secret) throws Exception {
        TrustManager[] trust = trust();
        return S3Client.builder().endpointOverride(URI.create("https://" + HOST + ":" + basePort))
                .region(Region.of("us-east-1"))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(keyId, secret)))
                .forcePathStyle(true)
                .httpClientBuilder(ApacheHttpClient.builder()
                        .tlsTrustManagersProvider(() -> trust))
                .build();
    }

    /// `catena …`, which must succeed; what it printed.
    static String catena(String... arguments) {
        List<String> command = new ArrayList<>(List.of(CATENA));
        command.addAll(List.of(arguments));
        return new Shell(LocalCluster.REPOSITORY, Map.of())
                .run(START_MAX, command.toArray(String[]::new));
    }

    void stop() {
        process.destroy();
        LocalCluster.await(STOP_MAX, "the server at " + data + " stops",
                () -> !process.isAlive());
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            stop();
        }
    }
}
