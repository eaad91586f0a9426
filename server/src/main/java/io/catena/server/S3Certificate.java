package io.catena.server;

import io.catena.server.settings.ServerSettings.S3Files;
import io.catena.transport.KeyAndCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A certificate of the user's own on the S3 port: shown anew when its files change. What cannot be
/// used is logged, and the former one stays.
final class S3Certificate {
    private static final Logger LOG = LoggerFactory.getLogger(S3Certificate.class);
    private static final long LOOK_MILLIS = 2_000;

    private final Vertx vertx;
    private final S3Files files;
    private final PublicTls port;
    /// What was found last, good or not.
    private KeyAndCertificate found;

    /// @param port which shows what the files held when the server started
    S3Certificate(Vertx vertx, S3Files files, PublicTls port) {
        this.vertx = vertx;
        this.files = files;
        this.port = port;
        this.found = port.shown();
    }

    static KeyAndCertificate read(S3Files files) throws IOException {
        return KeyAndCertificate.read(files.key(), files.certificate());
    }

    void start() {
        vertx.setTimer(LOOK_MILLIS, _ -> look().onComplete(_ -> start()));
    }

    private Future<Void> look() {
        Callable<KeyAndCertificate> read = () -> read(files);
        return vertx.executeBlocking(read, false).compose(now -> {
            if (now.equals(found)) {
                return Future.<Void>succeededFuture();
            }
            found = now;
            return port.show(now).onSuccess(_ -> LOG.info("{} is shown", files.certificate()));
        }).onFailure(e -> LOG.error("{} with {} cannot be used: {}",
                files.certificate(), files.key(), e.toString()));
    }
}
