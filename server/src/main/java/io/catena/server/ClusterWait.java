package io.catena.server;

import io.catena.server.cli.CaTrust;
import io.catena.server.cli.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `catena cluster wait`: returns when health checks answer 200, or fails with what they say.
@Command(name = "wait", description = "Waits until servers are up or the cluster is whole.",
        mixinStandardHelpOptions = true)
final class ClusterWait implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration REQUEST_MAX = Duration.ofSeconds(2);

    @Option(names = "--ca", required = true, paramLabel = "FILE")
    private Path authority;

    @Option(names = "--url", required = true, split = ",", paramLabel = "URL",
            description = "Health addresses that must all answer 200.")
    private List<URI> urls;

    @Option(names = "--seconds", defaultValue = "60", paramLabel = "N")
    private int seconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, GeneralSecurityException, InterruptedException {
        long deadlineNanos = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        List<URI> open = new ArrayList<>(urls);
        String last = "";
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(CaTrust.of(authority)).build()) {
            while (!open.isEmpty()) {
                String answer = answer(client, open.getFirst());
                if (answer.isEmpty()) {
                    open.removeFirst();
                    continue;
                }
                last = answer;
                if (System.nanoTime() > deadlineNanos) {
                    spec.commandLine().getErr().printf(
                            "catena: not ready after %d s: %s%n", seconds, last);
                    return ExitCode.UNAVAILABLE.number();
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        return 0;
    }

    /// Empty when the address answers 200, else why not.
    private static String answer(HttpClient client, URI url) throws InterruptedException {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(url).timeout(REQUEST_MAX).build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? ""
                    : url + " answers " + response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return url + ": " + e;
        }
    }
}
