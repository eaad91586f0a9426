package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Certificates of three servers that end soon: they are renewed under load, on every port, and no
/// request fails, though nothing is tried twice.
final class RenewalSystemTest {
    private static final String BUCKET = "renewal";
    private static final int SERVERS = 3;
    /// A client is thrown away after so many requests, so that there are new connections.
    private static final int REQUESTS_PER_CLIENT = 40;

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicLong requests = new AtomicLong();
    private volatile boolean stopped;

    @Test
    void shouldRenewCertificatesWithoutAFailedRequest() throws Exception {
        renew(15, 3, Duration.ofSeconds(120));
    }

    @Test
    @Tag("nightly")
    void shouldRenewTwentyTimesUnderLoad() throws Exception {
        renew(60, 20, Duration.ofMinutes(25));
    }

    private void renew(int lifeSeconds, int times, Duration most) throws Exception {
        try (LocalCluster cluster = LocalCluster.up(LocalCluster.emptyDirectory("renewal"), SERVERS,
                Map.of("CATENA_CERTIFICATE_LIFE_SECONDS", Integer.toString(lifeSeconds)))) {
            try (S3Client s3 = cluster.client(1, 1, Duration.ofSeconds(20))) {
                s3.createBucket(b -> b.bucket(BUCKET));
            }
            Set<String> shown = ConcurrentHashMap.newKeySet();
            List<Thread> load = new ArrayList<>();
            for (int server = 1; server <= SERVERS; server++) {
                int number = server;
                load.add(Thread.ofPlatform().start(() -> load(cluster, number)));
            }
            LocalCluster.await(most, times + " renewals on every server", () -> {
                shown.add(serial(cluster.endpoints.getFirst()));
                return shown.size() > times && renewals(cluster) >= times;
            });
            stopped = true;
            for (Thread thread : load) {
                thread.join();
            }
            assertThat(failures).as("of " + requests.get() + " requests").isEmpty();
            assertThat(requests.get()).isGreaterThan(100);
        }
    }

    /// Of the server with the fewest.
    private static double renewals(LocalCluster cluster) {
        double fewest = Double.MAX_VALUE;
        for (int server = 1; server <= SERVERS; server++) {
            fewest = Math.min(
                    fewest, cluster.metric(server, "catena_certificate_renewals_total"));
        }
        return fewest;
    }

    private void load(LocalCluster cluster, int server) {
        for (int n = 0; !stopped;) {
            try (S3Client s3 = cluster.client(server, 1, Duration.ofSeconds(20))) {
                for (int i = 0; i < REQUESTS_PER_CLIENT && !stopped; i++, n++) {
                    putAndGet(s3, server + "/" + n % 50, server + ":" + n);
                }
            }
        }
    }

    private void putAndGet(S3Client s3, String key, String value) {
        try {
            s3.putObject(p -> p.bucket(BUCKET).key(key), RequestBody.fromString(value));
            String read = s3.getObjectAsBytes(g -> g.bucket(BUCKET).key(key)).asUtf8String();
            if (!read.equals(value)) {
                failures.add(key + " is " + read + " and not " + value);
            }
            requests.addAndGet(2);
        } catch (SdkException e) {
            failures.add(e.toString());
        }
    }

    /// The number of the certificate that a port shows now.
    private static String serial(String endpoint) {
        URI uri = URI.create(endpoint);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Curious()}, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(uri.getHost(), uri.getPort())) {
                socket.startHandshake();
                return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                        .getSerialNumber().toString(16);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /// Wants to know a certificate, whosoever it is.
    private static final class Curious implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new AssertionError("it is no server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // Nothing is sent there.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
