package io.catena.master.cluster;

import io.catena.master.cluster.ClusterState.Registration;
import io.catena.master.cluster.ClusterState.Removal;
import io.catena.master.cluster.ClusterState.Stamped;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.UserRecord;
import io.catena.protocol.wire.AccountWire;
import io.catena.protocol.wire.ChainWire;
import io.catena.protocol.wire.ClusterWire;
import io.catena.protocol.wire.WireException;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Commands in the Raft log, their results, and the state in snapshots, as bytes. Ids are stable:
/// logs and snapshots of former versions must be read.
///
/// ```
/// command, result  id u8 · fields in the record's order; command 4: CreateBucket with a key as
///                  owner, 6: RemoveBucket without shards, 7: an access key is put, 8: removed
/// state            format u8 = 3 · version i64 · bucket id last i64 · lists of stamped
///                  registrations, chains, buckets, keys, users · list of removal
///                  · forgotten version i64 · trust (`TrustStateWire`)
/// stamped          version i64 · record
/// registration     node · process token i64 · list of i64 · list of chain i32
/// removal          version i64 · kind u8 (1 bucket, 2 key, 3 user) · name
/// ```
public final class StateWire {
    /// In format 1 shards had no moves; up to 2 there were no users, keys owned buckets, and all
    /// of it is the root user's; nor was there trust, nor had nodes a placing.
    private static final int FORMAT = 3;
    private static final int PLACING_SINCE = 3;

    private StateWire() {}

    public static byte[] encode(Command command) {
        WireWriter out = new WireWriter();
        switch (command) {
            case Command.RegisterNode c -> out.u8(1).i32(c.node().number()).text(c.host())
                    .i32(c.port()).text(c.diskIdentity()).i64(c.processToken())
                    .list(c.partialChains(), StateWire::chainId);
            case Command.CreateChains c -> out.u8(2).list(c.chains(), ChainWire::configuration);
            case Command.ChangeChain c -> ChainWire.configuration(out.u8(3), c.next());
            case Command.CreateBucket c ->
                    out.u8(11).text(c.name()).text(c.ownerId()).i64(c.atMillis());
            case Command.ActivateBucket c -> out.u8(5).i64(c.id());
            case Command.RemoveBucket c ->
                    out.u8(9).i64(c.id()).list(c.closed(), ClusterWire::shard);
            case Command.ChangeShard c -> ClusterWire.shard(
                    out.u8(10).i64(c.bucketId()), c.before(), c.after());
            case Command.SetVersioning c -> {
                ClusterWire.versioning(out.u8(20).i64(c.bucketId()), c.versioning());
                out.list(c.shards(), ClusterWire::shard);
            }
            case Command.ChangeAccounts c -> AccountWire.change(out.u8(12), c.change());
            case Command.OfTrust c -> TrustStateWire.command(out.u8(40), c.command());
            case Command.AddChains c -> out.u8(50).list(c.chains(), ChainWire::configuration);
            case Command.DescribeNode c ->
                    out.u8(51).i32(c.node().number()).text(c.zone()).i64(c.weight());
            case Command.ChangeDuty c -> ClusterWire.duty(
                    out.u8(52).list(c.nodes(), ClusterWire::nodeId), c.duty())
                    .i32(c.serversMin());
        }
        return out.toArray();
    }

    public static Command decodeCommand(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int id = in.u8();
        Command command = switch (id) {
            case 1 -> new Command.RegisterNode(ClusterWire.nodeId(in), in.text(), in.i32(),
                    in.text(), in.i64(), in.list(StateWire::chainId));
            case 2 -> new Command.CreateChains(in.list(ChainWire::configuration));
            case 3 -> new Command.ChangeChain(ChainWire.configuration(in));
            case 4 -> formerCreateBucket(in);
            case 5 -> new Command.ActivateBucket(in.i64());
            case 6 -> new Command.RemoveBucket(in.i64(), List.of());
            case 7 -> new Command.ChangeAccounts(
                    new AccountChange.CreateKey(AccountWire.formerKey(in)));
            case 8 -> new Command.ChangeAccounts(new AccountChange.RemoveKey(in.text()));
            case 9 -> new Command.RemoveBucket(in.i64(), in.list(ClusterWire::shard));
            case 10 -> new Command.ChangeShard(
                    in.i64(), ClusterWire.shard(in), in.list(ClusterWire::shard));
            case 11 -> new Command.CreateBucket(in.text(), in.text(), in.i64());
            case 12 -> new Command.ChangeAccounts(AccountWire.change(in));
            case 20 -> new Command.SetVersioning(
                    in.i64(), ClusterWire.versioning(in), in.list(ClusterWire::shard));
            case 40 -> new Command.OfTrust(TrustStateWire.command(in));
            case 50 -> new Command.AddChains(in.list(ChainWire::configuration));
            case 51 -> new Command.DescribeNode(ClusterWire.nodeId(in), in.text(), in.i64());
            case 52 -> new Command.ChangeDuty(
                    in.list(ClusterWire::nodeId), ClusterWire.duty(in), in.i32());
            default -> throw new WireException("unknown command " + id);
        };
        in.end();
        return command;
    }

    private static Command formerCreateBucket(WireReader in) {
        String name = in.text();
        in.text();
        return new Command.CreateBucket(name, UserRecord.ROOT_ID, in.i64());
    }

    public static byte[] encode(Result result) {
        WireWriter out = new WireWriter();
        switch (result) {
            case Result.Registered r -> ChainWire.member(out.u8(1), r.member());
            case Result.Done _ -> out.u8(2);
            case Result.BucketCreated r -> ClusterWire.bucket(out.u8(3), r.bucket());
            case Result.BucketExists r -> ClusterWire.bucket(out.u8(4), r.bucket());
            case Result.NoSuchBucket _ -> out.u8(5);
            case Result.Refused r -> out.u8(6).text(r.reason());
            case Result.OtherShards _ -> out.u8(7);
            case Result.AccountRefused r -> AccountWire.refusal(out.u8(8), r.refusal());
            case Result.OfTrust r -> TrustStateWire.result(out.u8(40), r.result());
        }
        return out.toArray();
    }

    public static Result decodeResult(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int id = in.u8();
        Result result = switch (id) {
            case 1 -> new Result.Registered(ChainWire.member(in));
            case 2 -> new Result.Done();
            case 3 -> new Result.BucketCreated(ClusterWire.bucket(in));
            case 4 -> new Result.BucketExists(ClusterWire.bucket(in));
            case 5 -> new Result.NoSuchBucket();
            case 6 -> new Result.Refused(in.text());
            case 7 -> new Result.OtherShards();
            case 8 -> new Result.AccountRefused(AccountWire.refusal(in));
            case 40 -> new Result.OfTrust(TrustStateWire.result(in));
            default -> throw new WireException("unknown result " + id);
        };
        in.end();
        return result;
    }

    public static byte[] encode(ClusterState state) {
        WireWriter out = new WireWriter(4_096);
        out.u8(FORMAT).i64(state.version()).i64(state.bucketIdLast());
        stamped(out, state.nodes(), StateWire::registration);
        stamped(out, state.chains(), ChainWire::configuration);
        stamped(out, state.buckets(), ClusterWire::bucket);
        stamped(out, state.accounts().keys(), AccountWire::key);
        stamped(out, state.accounts().users(), AccountWire::user);
        out.list(state.removals(), StateWire::removal).i64(state.forgottenVersion());
        TrustStateWire.trust(out, state.trust());
        return out.toArray();
    }

    public static ClusterState decodeState(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int format = in.u8();
        if (format < 1 || format > FORMAT) {
            throw new WireException("cluster state of format " + format);
        }
        long version = in.i64();
        long bucketIdLast = in.i64();
        SortedMap<NodeId, Stamped<Registration>> nodes =
                stamped(in, from -> registration(from, format), r -> r.record().id());
        SortedMap<ChainId, Stamped<ChainConfiguration>> chains =
                stamped(in, ChainWire::configuration, ChainConfiguration::chain);
        SortedMap<String, Stamped<BucketRecord>> buckets =
                stamped(in, from -> bucket(from, format), BucketRecord::name);
        ClusterState state = new ClusterState(version, bucketIdLast, nodes, chains, buckets,
                accounts(in, format), in.list(StateWire::removal), in.i64(),
                format < 3 ? Trust.NONE : TrustStateWire.trust(in));
        in.end();
        return state;
    }

    private static BucketRecord bucket(WireReader in, int format) {
        BucketRecord bucket = format == 1 ? ClusterWire.formerBucket(in) : ClusterWire.bucket(in);
        return format < 3 ? bucket.ownedBy(UserRecord.ROOT_ID) : bucket;
    }

    private static Accounts accounts(WireReader in, int format) {
        SortedMap<String, Stamped<AccessKey>> keys = stamped(in,
                format < 3 ? AccountWire::formerKey : AccountWire::key, AccessKey::id);
        return new Accounts(format < 3 ? Accounts.EMPTY.users()
                : stamped(in, AccountWire::user, UserRecord::id), keys);
    }

    private static <T> void stamped(
            WireWriter out, SortedMap<?, Stamped<T>> records, BiConsumer<WireWriter, T> each) {
        out.list(List.copyOf(records.values()),
                (to, stamped) -> each.accept(to.i64(stamped.version()), stamped.value()));
    }

    private static <K, T> SortedMap<K, Stamped<T>> stamped(
            WireReader in, Function<WireReader, T> each, Function<T, K> key) {
        SortedMap<K, Stamped<T>> records = new TreeMap<>();
        in.list(from -> new Stamped<>(from.i64(), each.apply(from)))
                .forEach(stamped -> records.put(key.apply(stamped.value()), stamped));
        return records;
    }

    private static void registration(WireWriter out, Registration registration) {
        ClusterWire.node(out, registration.record());
        out.i64(registration.processToken()).list(registration.formerTokens(), WireWriter::i64)
                .list(registration.partialChains(), StateWire::chainId);
    }

    private static Registration registration(WireReader in, int format) {
        return new Registration(format < PLACING_SINCE
                ? ClusterWire.formerNode(in) : ClusterWire.node(in), in.i64(),
                in.list(WireReader::i64), in.list(StateWire::chainId));
    }

    private static void removal(WireWriter out, Removal removal) {
        out.i64(removal.version()).u8(switch (removal.kind()) {
            case BUCKET -> 1;
            case KEY -> 2;
            case USER -> 3;
        }).text(removal.name());
    }

    private static Removal removal(WireReader in) {
        return new Removal(in.i64(), removalKind(in.u8()), in.text());
    }

    private static Removal.Kind removalKind(int id) {
        return switch (id) {
            case 1 -> Removal.Kind.BUCKET;
            case 2 -> Removal.Kind.KEY;
            case 3 -> Removal.Kind.USER;
            default -> throw new WireException("removal kind " + id);
        };
    }

    private static void chainId(WireWriter out, ChainId chain) {
        out.i32(chain.value());
    }

    private static ChainId chainId(WireReader in) {
        return new ChainId(in.i32());
    }
}
