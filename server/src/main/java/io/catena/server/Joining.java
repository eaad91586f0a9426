package io.catena.server;

import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.cluster.MasterAddress;
import io.catena.protocol.cluster.SharedSetting;
import io.catena.protocol.message.JoinReply;
import io.catena.protocol.message.JoinRequest;
import io.catena.protocol.wire.TrustWire;
import io.catena.server.settings.SettingKey;
import io.catena.server.settings.SettingsException;
import io.catena.transport.CertificateLife;
import io.catena.transport.CertificateRequest;
import io.catena.transport.FrameClient;
import io.catena.transport.FrameConnection;
import io.catena.transport.FrameException;
import io.catena.transport.KeyAndCertificate;
import io.catena.transport.PeerIdentity;
import io.catena.transport.TransportSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a server with an empty data folder becomes one of a cluster: shows its join token to the
/// master over a connection whose other end is of the authority that the token names, and writes
/// down what it is given. The key is kept from the first attempt on, so that it may be repeated.
final class Joining {
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
    private static final Duration TRYING = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int REQUEST_MILLIS = 10_000;

    /// Where a server's node port is.
    record Place(String host, int port) {
        /// @throws SettingsException when the text is not HOST:PORT
        static Place of(String text) {
            int colon = text.lastIndexOf(':');
            try {
                if (colon > 0) {
                    String host = text.substring(0, colon);
                    boolean bracketed = host.startsWith("[") && host.endsWith("]");
                    return new Place(bracketed ? host.substring(1, host.length() - 1) : host,
                            Integer.parseInt(text.substring(colon + 1)));
                }
            } catch (NumberFormatException e) {
                throw new SettingsException("'" + text + "' has no port: " + e.getMessage());
            }
            throw new SettingsException("'" + text + "' is not HOST:PORT");
        }

        static Place of(MasterAddress address) {
            return new Place(address.host(), address.port());
        }
    }

    private final TlsFiles files;
    private final JoinToken token;
    private final String host;
    private final List<String> names;
    private final Set<Place> places = new LinkedHashSet<>();

    /// @param first who is asked first
    /// @param host of this server
    /// @param names that its certificate shall cover
    Joining(Path data, Place first, JoinToken token, String host, List<String> names) {
        this.files = new TlsFiles(data);
        this.token = token;
        this.host = host;
        this.names = List.copyOf(names);
        places.add(first);
        token.addresses().forEach(address -> places.add(Place.of(address)));
    }

    /// Asks until there is an answer, for a minute, and writes certificate and authority.
    ///
    /// @return the settings that this server has from now on
    Map<SettingKey, String> join() throws Exception {
        CertificateRequest.Pending key = key();
        Vertx vertx = Vertx.vertx();
        try {
            FrameClient client = FrameClient.ofStranger(vertx,
                    TransportSettings.defaults(token.clusterId()), token.authorityDigest(),
                    Optional.of(host));
            JoinReply.Joined joined = ask(client, new JoinRequest(
                    token.secret(), key.der(), names));
            write(key, joined);
            return settings(joined);
        } finally {
            vertx.close().await(REQUEST_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private CertificateRequest.Pending key() throws IOException, GeneralSecurityException {
        if (Files.exists(files.joiningFile())) {
            return CertificateRequest.Pending.read(files.joiningFile());
        }
        CertificateRequest.Pending fresh = CertificateRequest.create();
        fresh.write(files.joiningFile());
        return fresh;
    }

    private JoinReply.Joined ask(FrameClient client, JoinRequest request) {
        long deadlineNanos = System.nanoTime() + TRYING.toNanos();
        String last = "";
        while (System.nanoTime() < deadlineNanos) {
            for (Place place : new ArrayList<>(places)) {
                switch (askOne(client, place, request)) {
                    case JoinReply.Joined joined -> {
                        return joined;
                    }
                    case JoinReply.Refused refused ->
                            throw new SettingsException("not joined: " + refused.reason());
                    case JoinReply.NotHere elsewhere -> elsewhere.masters()
                            .forEach(address -> places.add(Place.of(address)));
                    case JoinReply.Unavailable unavailable -> last = unavailable.reason();
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new SettingsException(
                "not joined within " + TRYING.toSeconds() + " s, last: " + last);
    }

    private static JoinReply askOne(FrameClient client, Place place, JoinRequest request) {
        try {
            return client.connect(place.host(), place.port(), new MasterQuestion.Silent())
                    .compose(connection -> request(connection, request))
                    .await(2L * REQUEST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (FrameException | TimeoutException e) {
            LOG.info("{}:{} does not answer: {}", place.host(), place.port(), e.getMessage());
            return new JoinReply.Unavailable(e.getMessage());
        }
    }

    private static Future<JoinReply> request(FrameConnection connection, JoinRequest request) {
        if (!(connection.peer() instanceof PeerIdentity.Node)) {
            connection.close();
            return Future.failedFuture(new FrameException.NotConnected(
                    connection.peer().uri() + " is no server", null));
        }
        return connection.request(TrustWire.JOIN_KIND, Buffer.buffer(TrustWire.encode(request)),
                        REQUEST_MILLIS)
                .map(bytes -> TrustWire.decodeJoinReply(bytes.getBytes()))
                .onComplete(_ -> connection.close());
    }

    private void write(CertificateRequest.Pending key, JoinReply.Joined joined)
            throws IOException, GeneralSecurityException {
        String authorityPem = CertificateLife.authorityOf(joined.certificatePem());
        if (!CertificateLife.digest(authorityPem).equals(token.authorityDigest())) {
            throw new GeneralSecurityException("the certificate is of another authority");
        }
        files.writeAuthority(authorityPem);
        files.write(new KeyAndCertificate(key.keyPem(), joined.certificatePem()));
    }

    /// Everything is written down: no attempt will be repeated.
    void end() throws IOException {
        Files.deleteIfExists(files.joiningFile());
    }

    private Map<SettingKey, String> settings(JoinReply.Joined joined) {
        Map<SettingKey, String> settings = new EnumMap<>(SettingKey.class);
        for (SharedSetting shared : joined.settings()) {
            SettingKey.named(shared.key()).ifPresentOrElse(
                    key -> settings.put(key, shared.value()),
                    () -> LOG.warn("this build has no setting {}", shared.key()));
        }
        settings.put(SettingKey.CLUSTER_ID, token.clusterId());
        settings.put(SettingKey.NODE_ID, Integer.toString(joined.server().server()));
        settings.put(SettingKey.MASTERS, joined.masters().stream()
                .map(address -> address.node().server() + "@" + address.host() + ":"
                        + address.port())
                .collect(Collectors.joining(",")));
        return settings;
    }
}
