package io.catena.client.master;

import static io.catena.client.master.TestCluster.result;
import static io.catena.client.master.TestCluster.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.cluster.UserRecord;
import io.catena.protocol.message.MasterMessage.Accusation;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.catena.protocol.message.MasterMessage.JoiningWhole;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sessions against real masters.
class MasterSessionTest {
    @TempDir
    private Path directory;

    private TestCluster cluster;

    @AfterEach
    void close() throws Exception {
        cluster.close();
    }

    private static boolean everyChainHas(TestCluster.Node node, int members) {
        ClusterView view = node.session.view();
        return !view.chains().isEmpty() && view.chains().values().stream()
                .allMatch(chain -> chain.members().size() == members
                        && chain.joining().isEmpty());
    }

    private static List<Member> seatsOf(TestCluster.Node of, int node) {
        return of.session.view().chains().values().stream()
                .flatMap(chain -> chain.path().stream())
                .filter(member -> member.node().server() == node).distinct().toList();
    }

    @Test
    void shouldServeAClusterOfOneServer() throws Exception {
        cluster = new TestCluster(1, 1, directory);
        TestCluster.Node node = cluster.node(1, "disk-1");
        assertThat(result(node.session.registered())).isEqualTo(Member.of(1, 1));
        until("a lease", node::leased);
        until("chains", () -> everyChainHas(node, 1));
        assertThat(node.session.view().chains()).hasSize(8);
        assertThat(node.session.view().key("ROOT")).contains(TestCluster.ROOT);
    }

    @Test
    void shouldLeaseEachDiskOfAServerForItself() throws Exception {
        cluster = new TestCluster(1, 1, directory);
        TestCluster.Node first = cluster.node(1, "disk-1");
        TestCluster.Node second = cluster.node(new NodeId(1, 2), "disk-1-2");
        until("two leases", () -> first.leased() && second.leased());
        result(second.session.giveBack());
        long endedNanos = System.nanoTime();
        until("a later lease of the first disk",
                () -> first.session.leaseUntilNanos() - endedNanos > 2_000_000_000L);
        assertThat(second.leased()).isFalse();
        TestCluster.Node again = cluster.node(new NodeId(1, 2), "disk-1-2");
        assertThat(result(again.session.registered()))
                .isEqualTo(new Member(new NodeId(1, 2), new Incarnation(2)));
        until("the lease of the disk's next life", again::leased);
    }

    @Test
    void shouldShowABucketEverywhereWhenItsActivationIsAnswered() throws Exception {
        cluster = new TestCluster(3, 3, directory);
        TestCluster.Node one = cluster.node(1, "disk-1");
        TestCluster.Node two = cluster.node(2, "disk-2");
        TestCluster.Node three = cluster.node(3, "disk-3");
        for (TestCluster.Node node : List.of(one, two, three)) {
            until("chains", () -> everyChainHas(node, 3));
            until("a lease", node::leased);
        }
        BucketRecord bucket =
                result(one.session.createBucket("photos", UserRecord.ROOT_ID)).bucket();
        assertThat(two.session.view().activeBucket("photos")).isEmpty();
        assertThat(result(two.session.activateBucket(bucket.id()))).isTrue();
        for (TestCluster.Node node : List.of(one, two, three)) {
            assertThat(node.session.view().activeBucket("photos")).isPresent();
        }
        assertThat(result(three.session.createBucket("photos", UserRecord.ROOT_ID)).created())
                .isFalse();
        result(three.session.changeAccounts(new AccountChange.CreateUser(
                new UserRecord("ada", "Ada", "", false, false, 1))));
        result(three.session.changeAccounts(new AccountChange.CreateKey(
                new AccessKey("k", "s", "ada", true, 1))));
        assertThat(one.session.view().key("k")).isPresent();
        assertThatThrownBy(() -> result(one.session.changeAccounts(
                new AccountChange.RemoveUser(UserRecord.ROOT_ID))))
                .isInstanceOf(AccountRefused.class);
        assertThatThrownBy(() -> result(one.session.createBucket("music", "eve")))
                .isInstanceOf(AccountRefused.class);
        result(one.session.changeAccounts(new AccountChange.RemoveUser("ada")));
        assertThat(two.session.view().key("k")).isEmpty();
        assertThat(two.session.view().user("ada")).isEmpty();
        assertThat(two.session.view().user(UserRecord.ROOT_ID)).contains(UserRecord.ROOT);
        ShardRecord shard = bucket.shards().getFirst();
        assertThat(result(two.session.changeShard(bucket.id(), shard, shard.cut()))).isTrue();
        assertThat(one.session.view().activeBucket("photos").orElseThrow().shards())
                .isEqualTo(shard.cut());
        assertThat(result(two.session.changeShard(bucket.id(), shard, shard.cut()))).isTrue();
        assertThat(result(two.session.changeShard(
                bucket.id(), shard, List.of(shard.moved())))).isFalse();
        assertThat(result(three.session.setVersioning(
                bucket.id(), BucketVersioning.ENABLED, List.of(shard)))).isFalse();
        assertThat(result(three.session.setVersioning(
                bucket.id(), BucketVersioning.ENABLED, shard.cut()))).isTrue();
        assertThat(one.session.view().activeBucket("photos").orElseThrow().versioning())
                .isEqualTo(BucketVersioning.ENABLED);
        assertThat(result(three.session.removeBucket(bucket.id(), List.of(shard)))).isFalse();
        assertThat(result(three.session.removeBucket(bucket.id(), shard.cut()))).isTrue();
        assertThat(one.session.view().activeBucket("photos")).isEmpty();
        assertThat(result(three.session.removeBucket(bucket.id(), shard.cut()))).isTrue();
    }

    @Test
    void shouldKeepLeasesOverTheLossOfTheLeader() throws Exception {
        cluster = new TestCluster(3, 3, directory);
        List<TestCluster.Node> nodes = List.of(
                cluster.node(1, "disk-1"), cluster.node(2, "disk-2"), cluster.node(3, "disk-3"));
        for (TestCluster.Node node : nodes) {
            until("chains and a lease", () -> everyChainHas(node, 3) && node.leased());
        }
        int leader = cluster.leader();
        cluster.stopVoter(leader);
        long lostNanos = System.nanoTime();
        for (TestCluster.Node node : nodes) {
            until("a lease from the next leader",
                    () -> node.session.leaseUntilNanos() - lostNanos > 2_000_000_000L);
        }
        assertThat(everyChainHas(nodes.getFirst(), 3)).isTrue();
        result(nodes.getFirst().session.createBucket("after", UserRecord.ROOT_ID));
        cluster.startVoter(leader);
        until("the old leader to catch up", () -> cluster.voters.get(leader).master().state()
                .buckets().containsKey("after"));
    }

    @Test
    void shouldRemoveADeadNodeAndTakeItBackAsJoining() throws Exception {
        cluster = new TestCluster(1, 3, directory);
        TestCluster.Node one = cluster.node(1, "disk-1");
        TestCluster.Node two = cluster.node(2, "disk-2");
        TestCluster.Node three = cluster.node(3, "disk-3");
        until("chains", () -> everyChainHas(one, 3) && three.leased());
        three.session.close();
        long closedNanos = System.nanoTime();
        until("chains of two", () -> everyChainHas(one, 2));
        assertThat(System.nanoTime() - closedNanos).isGreaterThan(1_000_000_000L);

        TestCluster.Node again = cluster.node(3, "disk-3");
        assertThat(result(again.session.registered())).isEqualTo(Member.of(3, 2));
        for (TestCluster.Node node : List.of(one, two)) {
            until("a joining replica in each chain", () -> node.session.view().chains().values()
                    .stream().allMatch(chain -> chain.isJoining(Member.of(3, 2))));
        }
        reportWhole(List.of(one, two));
        until("chains of three", () -> everyChainHas(two, 3));
        assertThat(one.session.view().chains().values())
                .allMatch(chain -> chain.queryTail().equals(Member.of(3, 2)));
    }

    @Test
    void shouldGoOnWithoutAMemberThatIsAccusedAndStandsDown() throws Exception {
        cluster = new TestCluster(1, 3, directory);
        TestCluster.Node one = cluster.node(1, "disk-1");
        TestCluster.Node two = cluster.node(2, "disk-2");
        cluster.node(3, "disk-3");
        until("chains", () -> everyChainHas(one, 3) && two.leased());
        ChainConfiguration chain = one.session.view().chains().values().stream()
                .filter(c -> c.head().equals(Member.of(1, 1))).findFirst().orElseThrow();
        Member accused = chain.successor(chain.head()).orElseThrow();
        one.accusations = List.of(new Accusation(chain.chain(), chain.epoch(), accused));

        until("a chain without the accused", () -> !one.session.view().chains()
                .get(chain.chain()).isMember(accused));

        assertThat(two.leased()).isTrue();
        assertThat(two.stoodDown).as("node 2 is the next after node 1")
                .containsExactly(new ChainEpoch(chain.chain(), chain.epoch()));
        assertThat(one.session.view().chains().values())
                .filteredOn(c -> !c.chain().equals(chain.chain()))
                .allMatch(c -> c.isMember(accused));
    }

    private static void reportWhole(List<TestCluster.Node> reporters) {
        for (TestCluster.Node node : reporters) {
            Member self = node.session.registered().result();
            node.whole = node.session.view().chains().values().stream()
                    .filter(chain -> chain.queryTail().equals(self))
                    .map(chain -> new JoiningWhole(
                            chain.chain(), chain.epoch(), chain.joining().orElseThrow()))
                    .toList();
        }
    }

    @Test
    void shouldNotWaitForALeaseThatWasGivenBack() throws Exception {
        cluster = new TestCluster(1, 3, directory);
        TestCluster.Node one = cluster.node(1, "disk-1");
        cluster.node(2, "disk-2");
        TestCluster.Node three = cluster.node(3, "disk-3");
        until("chains", () -> everyChainHas(one, 3) && three.leased());
        result(three.session.giveBack());
        long givenNanos = System.nanoTime();
        assertThat(three.leased()).isFalse();
        until("chains of two", () -> everyChainHas(one, 2));
        assertThat(System.nanoTime() - givenNanos).isLessThan(1_500_000_000L);
        assertThat(seatsOf(one, 3)).isEmpty();
    }

    @Test
    void shouldStartChainsAgainWhenAllNodesAreBack() throws Exception {
        cluster = new TestCluster(1, 2, directory);
        List<TestCluster.Node> former =
                List.of(cluster.node(1, "disk-1"), cluster.node(2, "disk-2"));
        until("chains", () -> everyChainHas(former.getFirst(), 2) && former.getLast().leased());
        former.forEach(node -> node.session.close());
        cluster.stopVoter(1);
        cluster.startVoter(1);
        TestCluster.Node two = cluster.node(2, "disk-2");
        result(two.session.registered());
        until("chains that node 2 started", () -> two.session.view().chains().values().stream()
                .allMatch(chain -> chain.head().equals(Member.of(2, 2))));
        TestCluster.Node one = cluster.node(1, "disk-1");
        until("node 1 to join", () -> one.session.view().chains().values().stream()
                .allMatch(chain -> chain.isJoining(Member.of(1, 2))));
        assertThat(one.session.view().chains().values())
                .extracting(ChainConfiguration::members)
                .allMatch(List.of(Member.of(2, 2))::equals);
    }

    @Test
    void shouldFenceAFormerLifeOfTheNode() throws Exception {
        cluster = new TestCluster(1, 1, directory);
        TestCluster.Node former = cluster.node(1, "disk-1");
        until("a lease", former::leased);
        TestCluster.Node next = cluster.node(1, "disk-1");
        until("a lease", next::leased);
        until("the former to hear of it", () -> former.fenced != null);
        assertThat(former.leased()).isFalse();
        assertThat(result(next.session.registered())).isEqualTo(Member.of(1, 2));
    }

    @Test
    void shouldUseNoLeaseBeforeItsViewIsAdopted() throws Exception {
        cluster = new TestCluster(1, 1, directory);
        Promise<Void> adopting = Promise.promise();
        TestCluster.Node node = cluster.node(1, "disk-1", adopting.future());
        result(node.session.registered());
        until("a view with chains", () -> everyChainHas(node, 1));
        assertThat(node.leased()).isFalse();
        assertThat(node.session.mayServe(ReadLevel.STRONG, System.nanoTime())).isFalse();
        assertThat(node.session.mayServe(new ReadLevel.Eventual(), System.nanoTime())).isTrue();
        node.adoption = Future.succeededFuture();
        adopting.complete();
        until("a lease", node::leased);
    }

    @Test
    void shouldServeBoundedReadsForAWhileAfterTheLeaseEnded() throws Exception {
        cluster = new TestCluster(1, 1, directory);
        MasterSession session = cluster.node(1, "disk-1").session;
        until("a lease", () -> session.hasLease(System.nanoTime()));
        long secondAfterNanos = session.leaseUntilNanos() + 1_000_000_000L;

        assertThat(session.mayServe(new ReadLevel.Bounded(2_000, 0), secondAfterNanos)).isTrue();
        assertThat(session.mayServe(new ReadLevel.Bounded(500, 0),
                secondAfterNanos + 600_000_000_000L)).isFalse();
        assertThat(session.mayServe(ReadLevel.STRONG, secondAfterNanos + 600_000_000_000L))
                .isFalse();
    }
}
