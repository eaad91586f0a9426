package io.catena.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
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
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
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
                    return Main.UNAVAILABLE;
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

    private SSLContext trusting() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var in = Files.newInputStream(authority)) {
            trusted.setCertificateEntry("ca",
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
