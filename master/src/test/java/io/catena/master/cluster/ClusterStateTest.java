package io.catena.master.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.master.chains.Placement;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.NodePlacing.Duty;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.cluster.UserRecord;
import io.catena.protocol.message.ClusterUpdate;
import io.catena.protocol.wire.ClusterWire;
import io.catena.protocol.wire.WireWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
    private static final AccessKey KEY = new AccessKey("id", "secret", "ada", true, 3);

    private static final UserRecord ADA = new UserRecord("ada", "Ada", "", false, false, 2);

    /// An optional authority, two lists, a number, and a list, all empty.
    private static final int NO_TRUST_BYTES = 17;

    private ClusterState state = ClusterState.EMPTY;

    private Result apply(Command command) {
        ClusterState.Applied applied = state.apply(command);
        state = applied.state();
        return applied.result();
    }

    private Result register(int node, String disk, long token) {
        return apply(new Command.RegisterNode(
                new NodeId(node), "host-" + node, 7_000, disk, token, List.of()));
    }

    private void makeChains() {
        register(1, "d1", 11);
        register(2, "d2", 21);
        register(3, "d3", 31);
        apply(new Command.CreateChains(Placement.chainsFor(
                List.of(Member.of(1, 1), Member.of(2, 1), Member.of(3, 1)), 3)));
    }

    private BucketRecord create(String name) {
        return ((Result.BucketCreated) apply(
                new Command.CreateBucket(name, UserRecord.ROOT_ID, 5))).bucket();
    }

    @Test
    void shouldGiveEachProcessAnIncarnationOnce() {
        assertThat(register(1, "d1", 11)).isEqualTo(new Result.Registered(Member.of(1, 1)));
        assertThat(register(1, "d1", 11)).isEqualTo(new Result.Registered(Member.of(1, 1)));
        assertThat(register(1, "d1", 12)).isEqualTo(new Result.Registered(Member.of(1, 2)));
        assertThat(register(1, "d1", 11)).isInstanceOf(Result.Refused.class);
        assertThat(state.memberOf(new NodeId(1))).contains(Member.of(1, 2));
    }

    @Test
    void shouldHaveAllNodesOfAServerAtOneAddress() {
        NodeId second = new NodeId(1, 2);
        apply(new Command.RegisterNode(second, "host-1", 7_000, "d1-2", 5, List.of()));
        long before = state.version();
        apply(new Command.RegisterNode(new NodeId(1), "moved", 7_001, "d1", 6, List.of()));
        assertThat(state.since(before).nodes()).extracting(NodeRecord::id)
                .containsExactly(new NodeId(1), second);
        assertThat(state.nodes().values()).allMatch(node ->
                node.value().record().host().equals("moved")
                        && node.value().record().port() == 7_001);
        assertThat(state.memberOf(second)).contains(new Member(second, new Incarnation(1)));
    }

    @Test
    void shouldRememberSinceWhichLifeTheDiskIsTheSame() {
        register(1, "old", 1);
        register(1, "old", 2);
        assertThat(diskSince()).isEqualTo(1);
        register(1, "new", 3);
        register(1, "new", 4);
        assertThat(diskSince()).isEqualTo(3);
    }

    private long diskSince() {
        return state.nodes().get(new NodeId(1)).value().record().diskSince().value();
    }

    @Test
    void shouldMakeTheFirstChainsOnce() {
        makeChains();
        assertThat(state.chains()).hasSize(8);
        assertThat(apply(new Command.CreateChains(List.of()))).isInstanceOf(Result.Refused.class);
    }

    @Test
    void shouldTakeOneLegalStepOfAChainAndRefuseAllOthers() {
        makeChains();
        ChainConfiguration current = state.chains().get(new ChainId(1)).value();
        List<Member> two = current.members().subList(0, 2);
        ChainConfiguration next = new ChainConfiguration(
                current.chain(), new Epoch(2), two, Optional.empty());
        assertThat(apply(new Command.ChangeChain(next))).isEqualTo(new Result.Done());
        long version = state.version();
        for (ChainConfiguration wrong : List.of(
                next,
                new ChainConfiguration(current.chain(), new Epoch(4), two, Optional.empty()),
                new ChainConfiguration(current.chain(), new Epoch(3), two.reversed(),
                        Optional.empty()),
                new ChainConfiguration(current.chain(), new Epoch(3), current.members(),
                        Optional.empty()),
                new ChainConfiguration(current.chain(), new Epoch(3), List.of(Member.of(3, 2)),
                        Optional.empty()),
                new ChainConfiguration(new ChainId(99), new Epoch(3), two, Optional.empty()))) {
            assertThat(apply(new Command.ChangeChain(wrong))).isInstanceOf(Result.Refused.class);
        }
        assertThat(state.version()).isEqualTo(version);
    }

    @Test
    void shouldSpreadBucketsOverChainsAndNeverUseAnIdAgain() {
        makeChains();
        for (int i = 0; i < 16; i++) {
            create("bucket-" + i);
        }
        TreeMap<ChainId, Integer> perChain = new TreeMap<>();
        state.buckets().values().forEach(bucket ->
                perChain.merge(bucket.value().shards().getFirst().chain(), 1, Integer::sum));
        assertThat(perChain).hasSize(8).allSatisfy((_, count) -> assertThat(count).isEqualTo(2));
        assertThat(apply(new Command.RemoveBucket(16, List.of()))).isEqualTo(new Result.Done());
        assertThat(create("bucket-15").id()).isEqualTo(17);
    }

    @Test
    void shouldLeadABucketThroughItsStates() {
        makeChains();
        BucketRecord made = create("photos");
        assertThat(made.state()).isEqualTo(BucketState.CREATING);
        assertThat(apply(new Command.CreateBucket("photos", "x", 9)))
                .isEqualTo(new Result.BucketExists(made));
        assertThat(apply(new Command.ActivateBucket(made.id()))).isEqualTo(new Result.Done());
        assertThat(state.bucket(made.id()).orElseThrow().state()).isEqualTo(BucketState.ACTIVE);
        assertThat(apply(new Command.RemoveBucket(made.id(), List.of())))
                .isEqualTo(new Result.Done());
        assertThat(apply(new Command.ActivateBucket(made.id())))
                .isEqualTo(new Result.NoSuchBucket());
    }

    private Result keep(long id, BucketVersioning versioning, List<ShardRecord> shards) {
        return apply(new Command.SetVersioning(id, versioning, shards));
    }

    @Test
    void shouldKeepVersionsFromThenOn() {
        makeChains();
        BucketRecord made = create("photos");
        long id = made.id();
        assertThat(keep(id, BucketVersioning.ENABLED, made.shards()))
                .isEqualTo(new Result.NoSuchBucket());
        apply(new Command.ActivateBucket(id));
        assertThat(keep(id, BucketVersioning.ENABLED, made.shards().getFirst().cut()))
                .isEqualTo(new Result.OtherShards());
        assertThat(keep(id, BucketVersioning.ENABLED, made.shards()))
                .isEqualTo(new Result.Done());
        long version = state.version();
        assertThat(keep(id, BucketVersioning.ENABLED, List.of())).isEqualTo(new Result.Done());
        assertThat(keep(id, BucketVersioning.NEVER, made.shards()))
                .isInstanceOf(Result.Refused.class);
        assertThat(state.version()).isEqualTo(version);
        ShardRecord whole = made.shards().getFirst();
        assertThat(change(id, whole, whole.cut())).isEqualTo(new Result.Done());
        assertThat(state.bucket(id).orElseThrow().versioning())
                .isEqualTo(BucketVersioning.ENABLED);
        assertThat(StateWire.decodeState(StateWire.encode(state))).isEqualTo(state);
        assertThat(keep(id, BucketVersioning.SUSPENDED, whole.cut()))
                .isEqualTo(new Result.Done());
        assertThat(StateWire.decodeState(StateWire.encode(state))).isEqualTo(state);
    }

    @Test
    void shouldRefuseBucketsWithoutChains() {
        assertThat(apply(new Command.CreateBucket("b", UserRecord.ROOT_ID, 1)))
                .isInstanceOf(Result.Refused.class);
        assertThat(state).isEqualTo(ClusterState.EMPTY);
    }

    @Test
    void shouldTellWhatChangedSinceAnyVersion() {
        makeChains();
        apply(new Command.ChangeAccounts(new AccountChange.CreateUser(ADA)));
        long before = state.version();
        BucketRecord bucket = create("photos");
        apply(new Command.ChangeAccounts(new AccountChange.CreateKey(KEY)));
        ClusterUpdate update = state.since(before);
        assertThat(update.whole()).isFalse();
        assertThat(update.buckets()).containsExactly(bucket);
        assertThat(update.keys()).containsExactly(KEY);
        assertThat(update.chains()).isEmpty();
        apply(new Command.ChangeAccounts(
                    new AccountChange.RemoveKey(KEY.id())));
        apply(new Command.RemoveBucket(bucket.id(), List.of()));
        assertThat(state.since(before).removedBuckets()).containsExactly("photos");
        assertThat(state.since(before).removedKeys()).containsExactly("id");
        assertThat(state.since(state.version()).removedKeys()).isEmpty();
        assertThat(state.since(0).whole()).isTrue();
        assertThat(state.since(state.version() + 1).whole()).isTrue();
    }

    @Test
    void shouldTellEverythingToWhoKnowsTooLittle() {
        apply(new Command.ChangeAccounts(new AccountChange.CreateUser(ADA)));
        for (int i = 0; i <= ClusterState.REMOVALS_MAX; i++) {
            apply(new Command.ChangeAccounts(new AccountChange.CreateKey(KEY)));
            apply(new Command.ChangeAccounts(
                    new AccountChange.RemoveKey(KEY.id())));
        }
        assertThat(state.removals()).hasSize(ClusterState.REMOVALS_MAX);
        assertThat(state.forgottenVersion()).isEqualTo(3);
        assertThat(state.since(2).whole()).isTrue();
        assertThat(state.since(3).whole()).isFalse();
    }

    @Test
    void shouldComeBackFromASnapshot() {
        makeChains();
        create("photos");
        apply(new Command.ChangeAccounts(new AccountChange.CreateUser(ADA)));
        apply(new Command.ChangeAccounts(new AccountChange.CreateKey(KEY)));
        apply(new Command.ChangeAccounts(new AccountChange.RemoveUser(ADA.id())));
        register(2, "d2", 22);
        assertThat(StateWire.decodeState(StateWire.encode(state))).isEqualTo(state);
    }

    private Result change(long bucketId, ShardRecord before, List<ShardRecord> after) {
        return apply(new Command.ChangeShard(bucketId, before, after));
    }

    @Test
    void shouldTakeOneLegalStepOfAMapAndRefuseAllOthers() {
        makeChains();
        long id = create("photos").id();
        apply(new Command.ActivateBucket(id));
        ShardRecord whole = state.bucket(id).orElseThrow().shards().getFirst();
        ChainId other = new ChainId(whole.chain().value() % 8 + 1);
        ShardRecord last = whole.cut().getLast();
        assertThat(change(id, last, List.of(last.movingTo(other))))
                .isEqualTo(new Result.OtherShards());
        assertThat(change(id, whole, whole.cut())).isEqualTo(new Result.Done());
        assertThat(change(id, whole, whole.cut())).isEqualTo(new Result.Done());
        for (List<ShardRecord> wrong : List.of(List.<ShardRecord>of(),
                List.of(last.movingTo(last.chain())), List.of(last.switchedTo(other)),
                List.of(last.movingTo(new ChainId(99))), last.cut().subList(1, 4),
                List.of(last.movingTo(other), last))) {
            assertThat(change(id, last, wrong)).as("%s", wrong)
                    .isEqualTo(new Result.OtherShards());
        }
        ShardRecord moving = last.movingTo(other);
        assertThat(change(id, last, List.of(moving))).isEqualTo(new Result.Done());
        assertThat(change(id, moving, moving.cut())).isEqualTo(new Result.OtherShards());
        assertThat(change(id, moving, List.of(last))).isEqualTo(new Result.OtherShards());
        ShardRecord switched = moving.switchedTo(other);
        assertThat(change(id, moving, List.of(switched))).isEqualTo(new Result.Done());
        assertThat(change(id, moving, List.of(switched))).isEqualTo(new Result.Done());
        assertThat(change(id, switched, List.of(switched.moved()))).isEqualTo(new Result.Done());
        List<ShardRecord> shards = state.bucket(id).orElseThrow().shards();
        assertThat(shards).hasSize(4).contains(new ShardRecord(
                other, last.slotFrom(), last.slotTo(), last.keyFrom(), last.keyTo()));
        assertThat(apply(new Command.RemoveBucket(id, whole.cut())))
                .isEqualTo(new Result.OtherShards());
        assertThat(apply(new Command.RemoveBucket(id, shards))).isEqualTo(new Result.Done());
        assertThat(change(id, last, List.of(moving))).isEqualTo(new Result.NoSuchBucket());
    }

    @Test
    void shouldBoundMovesAndShards() {
        makeChains();
        long id = create("photos").id();
        apply(new Command.ActivateBucket(id));
        for (int round = 0; round < 3; round++) {
            for (ShardRecord shard : state.bucket(id).orElseThrow().shards()) {
                assertThat(change(id, shard, shard.cut())).isEqualTo(new Result.Done());
            }
        }
        List<ShardRecord> shards = state.bucket(id).orElseThrow().shards();
        assertThat(shards).hasSize(ShardRecord.SHARDS_MAX)
                .noneMatch(ShardRecord::canBeCut);
        ChainId other = new ChainId(shards.getFirst().chain().value() % 8 + 1);
        long moved = shards.stream().filter(shard -> change(id, shard,
                List.of(shard.movingTo(other))) instanceof Result.Done).count();
        assertThat(moved).isEqualTo(ShardChange.MOVES_MAX);
        assertThat(StateWire.decodeState(StateWire.encode(state))).isEqualTo(state);
    }

    /// Logs of former builds hold it.
    @Test
    void shouldReadARemovalWithoutShards() {
        byte[] former = {6, 0, 0, 0, 0, 0, 0, 0, 4};
        assertThat(StateWire.decodeCommand(former))
                .isEqualTo(new Command.RemoveBucket(4, List.of()));
    }

    /// Snapshots of former builds have no trust, and buckets whose shards do not move.
    @Test
    void shouldReadAStateOfTheFormatBefore() {
        makeChains();
        create("photos");
        String shard = "\0\0\20\0\0\0\0\0\0\0\0\0";
        String former = former().replace(shard + "\0\1", shard + "\1");
        assertThat(StateWire.decodeState(bytes("\1" + former.substring(1)))).isEqualTo(state);
    }

    /// Snapshots of former builds have nodes without duty, zone and weight, no users and no trust.
    @Test
    void shouldReadAStateOfTheTimeBeforePlacingsUsersAndTrust() {
        makeChains();
        create("photos");
        assertThat(StateWire.decodeState(bytes("\2" + former().substring(1)))).isEqualTo(state);
    }

    /// What stands behind each node's first incarnation with its disk: active, no zone, no weight.
    private String former() {
        byte[] now = StateWire.encode(state);
        String diskSince = "\0\0\0\0\0\0\0\1";
        return new String(withoutUsers(Arrays.copyOf(now, now.length - NO_TRUST_BYTES)),
                StandardCharsets.ISO_8859_1)
                .replace(diskSince + "\1" + "\0".repeat(12), diskSince);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Without the list of users: the root user alone, at the end of what had no removals.
    private static byte[] withoutUsers(byte[] state) {
        int users = 4 + 8 + 4 + 64 + 4 + 4 + 4 + 2 + 8;
        int removals = 4 + 8;
        byte[] former = new byte[state.length - users];
        System.arraycopy(state, 0, former, 0, former.length - removals);
        System.arraycopy(state, state.length - removals, former, former.length - removals,
                removals);
        return former;
    }

    /// Snapshots of former builds have keys that own buckets, and no users.
    @Test
    void shouldGiveWhatWasThereBeforeUsersToTheRootUser() {
        WireWriter former = new WireWriter().u8(2).i64(9).i64(1).i32(0).i32(0).i32(1).i64(8);
        ClusterWire.bucket(former, new BucketRecord(1, "photos", 5, "ROOT",
                List.of(ShardRecord.whole(new ChainId(1))), BucketState.ACTIVE));
        former.i32(1).i64(7).text("ROOT").text("secret").bool(true).i32(0).i64(0);
        ClusterState read = StateWire.decodeState(former.toArray());
        assertThat(read.bucket(1).orElseThrow().ownerId()).isEqualTo(UserRecord.ROOT_ID);
        assertThat(read.since(0).keys()).containsExactly(AccessKey.ofRoot("ROOT", "secret"));
        assertThat(read.accounts().user(UserRecord.ROOT_ID)).contains(UserRecord.ROOT);
    }

    /// Logs of former builds hold them.
    @Test
    void shouldReadCommandsOfTheTimeBeforeUsers() {
        assertThat(StateWire.decodeCommand(
                new WireWriter().u8(4).text("b").text("ROOT").i64(5).toArray()))
                .isEqualTo(new Command.CreateBucket("b", UserRecord.ROOT_ID, 5));
        assertThat(StateWire.decodeCommand(
                new WireWriter().u8(7).text("K").text("s").bool(true).toArray()))
                .isEqualTo(new Command.ChangeAccounts(
                        new AccountChange.CreateKey(AccessKey.ofRoot("K", "s"))));
        assertThat(StateWire.decodeCommand(new WireWriter().u8(8).text("K").toArray()))
                .isEqualTo(new Command.ChangeAccounts(new AccountChange.RemoveKey("K")));
    }

    @Test
    void shouldKeepAUserWhoOwnsABucketAndMakeNoneForOneWhoIsGone() {
        makeChains();
        apply(new Command.ChangeAccounts(new AccountChange.CreateUser(ADA)));
        BucketRecord bucket = ((Result.BucketCreated) apply(
                new Command.CreateBucket("photos", ADA.id(), 5))).bucket();
        Command remove = new Command.ChangeAccounts(new AccountChange.RemoveUser(ADA.id()));
        assertThat(apply(remove))
                .isEqualTo(new Result.AccountRefused(AccountRefusal.USER_OWNS_BUCKETS));
        apply(new Command.RemoveBucket(bucket.id(), List.of()));
        long before = state.version();
        assertThat(apply(remove)).isEqualTo(new Result.Done());
        assertThat(state.since(before).removedUsers()).containsExactly(ADA.id());
        assertThat(apply(new Command.CreateBucket("photos", ADA.id(), 5)))
                .isEqualTo(new Result.AccountRefused(AccountRefusal.NO_SUCH_USER));
    }

    @Test
    void shouldReadCommandsAndResultsAsTheyWereWritten() {
        makeChains();
        ChainConfiguration chain = state.chains().get(new ChainId(3)).value();
        List<Command> commands = new ArrayList<>(List.of(
                new Command.RegisterNode(new NodeId(4), "h", 1, "d", -7, List.of(new ChainId(2))),
                new Command.CreateChains(List.of(chain)), new Command.ChangeChain(chain),
                new Command.CreateBucket("n", "o", 12), new Command.ActivateBucket(3),
                new Command.RemoveBucket(4, ShardRecord.whole(new ChainId(1)).cut()),
                new Command.ChangeShard(4, ShardRecord.whole(new ChainId(1)),
                        ShardRecord.whole(new ChainId(1)).cut()),
                new Command.SetVersioning(4, BucketVersioning.ENABLED,
                        ShardRecord.whole(new ChainId(1)).cut()),
                new Command.ChangeAccounts(new AccountChange.CreateKey(KEY)),
                new Command.ChangeAccounts(new AccountChange.RemoveUser("u")),
                new Command.AddChains(List.of(chain)),
                new Command.DescribeNode(new NodeId(4, 2), "zone", 4_000),
                new Command.ChangeDuty(List.of(new NodeId(4)), Duty.CORDONED, 3)));
        for (Command command : commands) {
            assertThat(StateWire.decodeCommand(StateWire.encode(command))).isEqualTo(command);
        }
        BucketRecord bucket = create("photos");
        for (Result result : List.of(
                new Result.Registered(Member.of(1, 2)), new Result.Done(),
                new Result.BucketCreated(bucket), new Result.BucketExists(bucket),
                new Result.NoSuchBucket(), new Result.OtherShards(),
                new Result.AccountRefused(AccountRefusal.ROOT_USER),
                new Result.Refused("no"))) {
            assertThat(StateWire.decodeResult(StateWire.encode(result))).isEqualTo(result);
        }
    }
}
