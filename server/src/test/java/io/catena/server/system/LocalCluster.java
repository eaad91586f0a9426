package io.catena.server.system;

import java.io.IOException;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A cluster of real server processes, started and stopped with the project's own scripts.
final class LocalCluster implements AutoCloseable {
    static final Path REPOSITORY = Path.of(System.getProperty("catena.repository"));
    private static final Duration SCRIPT_MAX = Duration.ofMinutes(3);
    private static final Duration COMMAND_MAX = Duration.ofMinutes(1);

    final Path directory;
    final Map<String, String> environment = new HashMap<>();
    final List<String> endpoints;
    private final Shell scripts;
    private final TrustManager[] trust;
    private final HttpClient http;

    private LocalCluster(Path directory, Map<String, String> settings) throws Exception {
        this.directory = directory;
        this.scripts = new Shell(REPOSITORY, settings);
        for (String line : Files.readAllLines(directory.resolve("cluster.env"))) {
            int equals = line.indexOf('=');
            environment.put(line.substring(0, equals),
                    line.substring(equals + 1).replace("'", ""));
        }
        this.endpoints = List.of(environment.get("S3_ENDPOINTS").split(","));
        this.trust = trustManagers(Path.of(environment.get("AWS_CA_BUNDLE")));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust, null);
        this.http = HttpClient.newBuilder().sslContext(context).build();
    }

    /// A folder for a test's files below `target`, empty; it stays, so that the logs can be read.
    static Path emptyDirectory(String test) throws IOException {
        Path directory = REPOSITORY.resolve("server/target/system-tests").resolve(test);
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return Files.createDirectories(directory);
    }

    /// The command line, as the root user has it from `cluster.env`.
    ///
    /// @param more variables of the environment
    Shell.Outcome catena(Map<String, String> more, String... arguments) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.putAll(more);
        List<String> command = new ArrayList<>(List.of(
                REPOSITORY.resolve("server/target/catena/bin/catena").toString()));
        command.addAll(List.of(arguments));
        return new Shell(directory, variables)
                .outcome(COMMAND_MAX, command.toArray(String[]::new));
    }

    /// `scripts/up --detach` in an empty directory, on free ports.
    static LocalCluster up(Path directory, int servers) throws Exception {
        int port = freePorts(10 * servers);
        return up(directory, port, List.of("--servers", Integer.toString(servers)), Map.of());
    }

    /// As [#up(Path, int)], with settings of the servers as environment variables.
    static LocalCluster up(Path directory, int servers, Map<String, String> settings)
            throws Exception {
        return up(directory, freePorts(10 * servers),
                List.of("--servers", Integer.toString(servers)), settings);
    }

    /// As [#up(Path, int)], with so many disks for each server.
    static LocalCluster up(Path directory, int servers, int disks) throws Exception {
        return up(directory, freePorts(10 * servers), List.of("--servers",
                Integer.toString(servers), "--disks", Integer.toString(disks)), Map.of());
    }

    /// As [#up(Path, int)], a server at each of these addresses.
    static LocalCluster up(Path directory, List<String> hosts) throws Exception {
        return up(directory, freePorts(4), List.of("--servers", Integer.toString(hosts.size()),
                "--hosts", String.join(",", hosts)), Map.of());
    }

    private static LocalCluster up(Path directory, int port, List<String> more,
            Map<String, String> settings) throws Exception {
        List<String> command = new ArrayList<>(List.of("scripts/up", "--detach",
                "--dir", directory.toString(), "--port", Integer.toString(port)));
        command.addAll(more);
        command.addAll(List.of("--log-level", System.getProperty("catena.test.log", "info")));
        String printed = new Shell(REPOSITORY, settings)
                .run(SCRIPT_MAX, command.toArray(String[]::new));
        System.Logger log = System.getLogger("cluster");
        log.log(System.Logger.Level.INFO, printed);
        return new LocalCluster(directory, settings);
    }

    /// The port of the first server's S3 endpoint: the first of its ports.
    int port() {
        return URI.create(endpoints.getFirst()).getPort();
    }

    private static int freePorts(int count) throws IOException {
        for (int base = 21_000; base < 30_000; base += 100) {
            if (areFree(base, count)) {
                return base;
            }
        }
        throw new IOException("no " + count + " free ports");
    }

    private static boolean areFree(int base, int count) {
        List<ServerSocket> open = new ArrayList<>();
        try {
            for (int port = base; port < base + count; port++) {
                open.add(new ServerSocket(port));
            }
            return true;
        } catch (IOException e) {
            return false;
        } finally {
            for (ServerSocket socket : open) {
                close(socket);
            }
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static TrustManager[] trustManagers(Path authority) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(authority)) {
            store.setCertificateEntry("ca",
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /// `scripts/server ACTION K`.
    void server(String action, int number) {
        scripts.run(SCRIPT_MAX, "scripts/server", action, Integer.toString(number),
                "--dir", directory.toString());
    }

    /// Waits until every chain has all its members, by the health check of server `number`.
    void awaitWhole(int number) {
        await(Duration.ofSeconds(90), "the cluster is whole again", () -> {
            Health health = health(number, "cluster");
            return health.status() == 200;
        });
    }

    /// A health check's answer; status 0: nobody answers.
    record Health(int status, String body) {}

    Health health(int number, String check) {
        return get(healthUrl(number, "/health/" + check));
    }

    private String healthUrl(int number, String path) {
        URI metrics = URI.create(environment.get("METRICS_URLS").split(",")[number - 1]);
        return metrics.resolve(path).toString();
    }

    private Health get(String url) {
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(3)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Health(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Health(0, e.toString());
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// The sum of a counter over its tags, from a server's metrics.
    double metric(int number, String name) {
        Matcher matcher = Pattern.compile("(?m)^" + name + "(\\{[^}]*})? ([0-9.E+-]+)$")
                .matcher(get(healthUrl(number, "/metrics")).body());
        double sum = 0;
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(2));
        }
        return sum;
    }

    long residentMegabytes(int number) throws IOException {
        String pid = Files.readString(directory.resolve("server-" + number + "/server.pid")).trim();
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst().orElseThrow();
    }

    /// Where a server's memory is now, for the log.
    String memory(int number) throws IOException {
        String pid = Files.readString(directory.resolve("server-" + number + "/server.pid")).trim();
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("Rss") || line.startsWith("VmHWM"))
                .map(line -> line.replaceAll("\\s+", " ")).toList().toString();
    }

    /// The aws command line, at one server; it retries as its users have it do.
    Shell aws() {
        Map<String, String> all = new HashMap<>(environment);
        all.put("AWS_RETRY_MODE", "standard");
        all.put("AWS_MAX_ATTEMPTS", "12");
        all.put("AWS_EC2_METADATA_DISABLED", "true");
        return new Shell(directory, all);
    }

    /// An AWS SDK client of one server.
    S3Client client(int number, int attempts, Duration callMax) {
        return client(number, attempts, callMax, environment.get("AWS_ACCESS_KEY_ID"),
                environment.get("AWS_SECRET_ACCESS_KEY"));
    }

    /// As [#client(int, int, Duration)], of the holder of this key.
    S3Client client(int number, int attempts, Duration callMax, String keyId, String secret) {
        return S3Client.builder()
                .endpointOverride(URI.create(endpoints.get(number - 1)))
                .region(Region.of(environment.get("AWS_DEFAULT_REGION")))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        keyId, secret)))
                .forcePathStyle(true)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(64)
                        .tlsTrustManagersProvider(() -> trust))
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(attempts))
                        .apiCallTimeout(callMax))
                .build();
    }

    /// Waits for a condition; never longer than `most`.
    static void await(Duration most, String what, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNanos) {
                throw new AssertionError("not within " + most + ": " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    @Override
    public void close() {
        scripts.run(SCRIPT_MAX, "scripts/down", "--dir", directory.toString());
    }
}
