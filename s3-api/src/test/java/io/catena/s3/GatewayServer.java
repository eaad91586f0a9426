package io.catena.s3;

import io.catena.protocol.cluster.AccessKey;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A gateway over memory on a loopback port, with the SDK's client for it.
final class GatewayServer implements AutoCloseable {
    final MemoryObjectStorage storage = new MemoryObjectStorage();
    final S3Client client;
    final int port;
    /// What the observer was told: operation and status.
    final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final Vertx vertx = Vertx.vertx();

    GatewayServer() {
        this(S3Settings.DEFAULT, InstantSource.system());
    }

    GatewayServer(S3Settings settings, InstantSource clock) {
        this(settings, clock, new HttpServerOptions());
    }

    /// @param options with TLS, if it is to be: the SDK's client is of no use then
    GatewayServer(S3Settings settings, InstantSource clock, HttpServerOptions options) {
        S3Gateway gateway = new S3Gateway(vertx, storage, settings,
                (operation, status, _, _, _) -> answers.add(operation + " " + status), clock);
        HttpServer server = vertx
                .createHttpServer(S3Gateway.limits(options, settings))
                .requestHandler(gateway)
                .invalidRequestHandler(gateway::refuse)
                .listen(0, "127.0.0.1")
                .toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
        port = server.actualPort();
        client = client(MemoryObjectStorage.KEY);
    }

    /// The SDK's client of the holder of this key.
    S3Client client(AccessKey key) {
        return S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .httpClientBuilder(ApacheHttpClient.builder()
                        .socketTimeout(Duration.ofSeconds(10)))
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .credentialsProvider(credentials(key))
                .build();
    }

    static StaticCredentialsProvider credentials() {
        return credentials(MemoryObjectStorage.KEY);
    }

    private static StaticCredentialsProvider credentials(AccessKey key) {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(key.id(), key.secret()));
    }

    @Override
    public void close() {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
