package io.catena.server;

import io.catena.protocol.chain.Bytes;
import io.catena.transport.CertificateLife;
import io.catena.transport.CertificateRequest;
import io.catena.transport.KeyAndCertificate;
import io.catena.transport.Tls;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This server's own certificate over time: at two thirds of its life the master is asked for
/// another one, for a new key; every port and client shows it from then on, and connections that
/// are open stay.
final class Certificates {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final long AGAIN_MILLIS_MIN = 1_000;
    private static final long AGAIN_MILLIS_MAX = 60_000;
    /// A clock may be set: nobody waits for longer than this without looking again.
    private static final long LOOK_MILLIS_MAX = 3_600_000;

    /// Asks the master.
    interface Authority {
        /// @return the certificate, with the authority's behind it
        Future<String> certify(Bytes certificateRequest, List<String> names);
    }

    private final Vertx vertx;
    private final TlsFiles files;
    private final Duration longest;
    private final Authority authority;
    private final String authorityPem;
    private final List<Function<Tls, Future<Void>>> users = new CopyOnWriteArrayList<>();
    private final AtomicLong renewals = new AtomicLong();
    private volatile KeyAndCertificate own;
    private volatile CertificateLife life;

    /// @param longest life of a certificate: one that lasts longer is renewed earlier
    Certificates(Vertx vertx, TlsFiles files, Duration longest, KeyAndCertificate own,
            String authorityPem, Authority authority) throws GeneralSecurityException {
        this.vertx = vertx;
        this.files = files;
        this.longest = longest;
        this.authority = authority;
        this.authorityPem = authorityPem;
        this.own = own;
        this.life = CertificateLife.of(own.certificatePem());
    }

    Tls tls() {
        return new Tls(own, authorityPem);
    }

    /// How long the certificate is good for.
    Duration left() {
        return Duration.between(Instant.now(), life.until());
    }

    /// How often it was renewed in this process.
    long renewals() {
        return renewals.get();
    }

    /// Has `user` show each new certificate.
    void onRenewed(Function<Tls, Future<Void>> user) {
        users.add(user);
    }

    /// Begins to look after it.
    void start() {
        lookIn(Duration.between(Instant.now(), life.renewal(longest)).toMillis());
    }

    private void lookIn(long millis) {
        vertx.setTimer(Math.clamp(millis, 1, LOOK_MILLIS_MAX), _ -> look());
    }

    private void look() {
        long waitMillis = Duration.between(Instant.now(), life.renewal(longest)).toMillis();
        if (waitMillis > 0) {
            lookIn(waitMillis);
            return;
        }
        renew().onComplete(_ -> start(), failure -> {
            LOG.warn("the certificate, good for another {} s, could not be renewed: {}",
                    left().toSeconds(), failure.toString());
            lookIn(Math.clamp(left().toMillis() / 10, AGAIN_MILLIS_MIN, AGAIN_MILLIS_MAX));
        });
    }

    private Future<Void> renew() {
        Callable<CertificateRequest.Pending> create = CertificateRequest::create;
        return vertx.executeBlocking(create, false)
                .compose(pending -> authority.certify(pending.der(), life.names())
                        .map(pem -> new KeyAndCertificate(pending.keyPem(), pem)))
                .compose(this::use);
    }

    /// On disk first: what others were shown is there after a crash.
    private Future<Void> use(KeyAndCertificate fresh) {
        Callable<CertificateLife> write = () -> {
            CertificateLife next = CertificateLife.of(fresh.certificatePem());
            files.write(fresh);
            return next;
        };
        return vertx.executeBlocking(write, false).compose(next -> {
            own = fresh;
            life = next;
            renewals.incrementAndGet();
            LOG.info("certificate {} is good until {}", next.serial(), next.until());
            return Future.join(users.stream().map(user -> user.apply(tls())).toList());
        }).mapEmpty();
    }
}
