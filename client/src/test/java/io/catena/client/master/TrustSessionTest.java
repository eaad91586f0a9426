package io.catena.client.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.cluster.JoinToken;
import io.catena.protocol.cluster.SharedSetting;
import io.catena.protocol.message.JoinReply;
import io.catena.protocol.message.JoinRequest;
import io.catena.transport.CertificateLife;
import io.catena.transport.CertificateRequest;
import io.catena.transport.Refusals.Reason;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens, certificates and removal, over sessions with real voters.
class TrustSessionTest {
    @TempDir
    private Path directory;

    private TestCluster cluster;
    private TestCluster.Node first;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(3, 3, directory);
        first = cluster.node(1, "d1");
        cluster.node(2, "d2");
        cluster.node(3, "d3");
        TestCluster.until("a lease", first::leased);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private JoinToken token() throws Exception {
        return TestCluster.result(first.session.createJoinToken(60_000));
    }

    private JoinReply join(JoinToken token, CertificateRequest.Pending key) throws Exception {
        JoinRequest request = new JoinRequest(token.secret(), key.der(), List.of("localhost"));
        return TestCluster.result(
                cluster.voters.get(cluster.leader()).master().join(request, "a test"));
    }

    @Test
    void shouldCertifyWhoShowsAToken() throws Exception {
        JoinToken token = token();
        CertificateRequest.Pending key = CertificateRequest.create();
        JoinReply.Joined joined = (JoinReply.Joined) join(token, key);
        assertThat(joined.server().server()).isEqualTo(4);
        assertThat(joined.settings()).containsExactly(new SharedSetting("region", "here"));
        assertThat(CertificateLife.digest(
                CertificateLife.authorityOf(joined.certificatePem())))
                .isEqualTo(token.authorityDigest());
        assertThat(CertificateLife.of(joined.certificatePem()).names())
                .containsExactly("localhost");
        assertThat(join(token, CertificateRequest.create()))
                .isInstanceOf(JoinReply.Refused.class);
        assertThat(cluster.refusals.count(Reason.USED_TOKEN)).isEqualTo(1);
    }

    @Test
    void shouldKnowTokensAfterTheLeaderDied() throws Exception {
        JoinToken token = token();
        CertificateRequest.Pending key = CertificateRequest.create();
        JoinReply.Joined joined = (JoinReply.Joined) join(token, key);
        cluster.stopVoter(cluster.leader());
        JoinReply.Joined again = (JoinReply.Joined) join(token, key);
        assertThat(again.server()).isEqualTo(joined.server());
    }

    @Test
    void shouldRenewCertificatesOfMembers() throws Exception {
        String pem = TestCluster.result(first.session.renewCertificate(
                CertificateRequest.create().der(), List.of("localhost", "127.0.0.1")));
        CertificateLife life = CertificateLife.of(pem);
        assertThat(Duration.between(life.issued(), life.until()))
                .isEqualTo(Duration.ofSeconds(60));
        Future<String> wrong = first.session.renewCertificate(
                CertificateRequest.create().der(), List.of("no host name"));
        TestCluster.until("an answer", wrong::isComplete);
        assertThat(wrong.cause()).isInstanceOf(MasterRefused.class);
        assertThat(cluster.refusals.count(Reason.MALFORMED_REQUEST)).isEqualTo(1);
    }

    @Test
    void shouldRemoveAServerForEverybody() throws Exception {
        JoinReply.Joined joined = (JoinReply.Joined) join(token(), CertificateRequest.create());
        TestCluster.Node fourth = cluster.node(joined.server(), "d4");
        TestCluster.until("a lease", fourth::leased);
        TestCluster.result(first.session.removeServer(4));
        assertThat(first.session.view().removedServers()).containsExactly(4);
        TestCluster.until("its end", () -> !fourth.leased());
        assertThat(cluster.refusals.count(Reason.REMOVED_SERVER)).isPositive();
    }

    @Test
    void shouldKeepItsVoters() {
        Future<Void> removal = first.session.removeServer(2);
        TestCluster.until("an answer", removal::isComplete);
        assertThat(removal.cause()).isInstanceOf(MasterRefused.class);
    }
}
