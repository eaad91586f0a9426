package io.catena.protocol.wire;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import io.catena.protocol.message.MovesPlan;

/// Messages between servers and the master as bytes. Ids are stable, as in [ChainWire].
///
/// ```
/// message, reply   id u8 · fields in the record's order; 6 was RemoveBucket without shards, 7
///                  and 8 put and removed access keys
/// ```
public final class MasterWire {
    /// Frame kinds of the master, in the range 0x20 to 0x2f. A request with a [MasterMessage],
    /// answered with a [MasterReply].
    public static final int REQUEST_KIND = 0x20;
    /// One-way, from the master: a [io.catena.protocol.message.ClusterUpdate].
    public static final int PUSH_KIND = 0x21;
    /// One-way, to the master: member and i64, the version of the state that it now acts on.
    public static final int SEEN_KIND = 0x22;
    /// Requests between the master's voters.
    public static final int RAFT_KIND_FIRST = 0x28;
    public static final int KIND_LAST = 0x2f;

    private MasterWire() {}

    /// Whether frames of this kind are for the master.
    public static boolean isMasterKind(int kind) {
        return kind >= REQUEST_KIND && kind <= KIND_LAST;
    }

    /// The node acts on a version of the cluster state.
    public record Seen(Member member, long version) {}

    public static byte[] encode(Seen seen) {
        WireWriter out = new WireWriter();
        ChainWire.member(out, seen.member());
        return out.i64(seen.version()).toArray();
    }

    public static Seen decodeSeen(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        Seen seen = new Seen(ChainWire.member(in), in.i64());
        in.end();
        return seen;
    }

    public static byte[] encode(MasterMessage message) {
        WireWriter out = new WireWriter();
        switch (message) {
            case MasterMessage.Register m -> out.u8(1).i32(m.node().number())
                    .text(m.host()).i32(m.port()).text(m.diskIdentity()).i64(m.processToken())
                    .list(m.partialChains(), (to, chain) -> to.i32(chain.value()));
            case MasterMessage.Heartbeat m -> {
                ChainWire.member(out.u8(2), m.member());
                report(out.i64(m.stampNanos()).i64(m.knownVersion()), m.report());
            }
            case MasterMessage.GiveBack m -> ChainWire.member(out.u8(3), m.member());
            case MasterMessage.CreateBucket m -> out.u8(4).text(m.name()).text(m.ownerId());
            case MasterMessage.ActivateBucket m -> out.u8(5).i64(m.id());
            case MasterMessage.RemoveBucket m ->
                    out.u8(9).i64(m.id()).list(m.closed(), ClusterWire::shard);
            case MasterMessage.ChangeShard m -> ClusterWire.shard(out.u8(10).i64(m.bucketId()),
                    m.before(), m.after());
            case MasterMessage.SetVersioning m -> {
                ClusterWire.versioning(out.u8(20).i64(m.bucketId()), m.versioning());
                out.list(m.shards(), ClusterWire::shard);
            }
            case MasterMessage.ChangeAccounts m -> AccountWire.change(out.u8(11), m.change());
            case MasterMessage.OfTrust m -> TrustWire.message(out.u8(40), m.message());
            case MasterMessage.DescribeNode m ->
                    out.u8(50).i32(m.node().number()).text(m.zone()).i64(m.weight());
            case MasterMessage.ChangeDuty m -> ClusterWire.duty(
                    out.u8(51).list(m.nodes(), ClusterWire::nodeId), m.duty());
            case MasterMessage.PreviewDrain m ->
                    out.u8(52).list(m.nodes(), ClusterWire::nodeId);
            case MasterMessage.AskBalance _ -> out.u8(53);
        }
        return out.toArray();
    }

    public static MasterMessage decodeMessage(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int id = in.u8();
        MasterMessage message = switch (id) {
            case 1 -> new MasterMessage.Register(
                    ClusterWire.nodeId(in), in.text(), in.i32(), in.text(), in.i64(),
                    in.list(from -> new ChainId(from.i32())));
            case 2 -> new MasterMessage.Heartbeat(
                    ChainWire.member(in), in.i64(), in.i64(), report(in));
            case 3 -> new MasterMessage.GiveBack(ChainWire.member(in));
            case 4 -> new MasterMessage.CreateBucket(in.text(), in.text());
            case 5 -> new MasterMessage.ActivateBucket(in.i64());
            case 9 -> new MasterMessage.RemoveBucket(in.i64(), in.list(ClusterWire::shard));
            case 10 -> new MasterMessage.ChangeShard(
                    in.i64(), ClusterWire.shard(in), in.list(ClusterWire::shard));
            case 11 -> new MasterMessage.ChangeAccounts(AccountWire.change(in));
            case 20 -> new MasterMessage.SetVersioning(
                    in.i64(), ClusterWire.versioning(in), in.list(ClusterWire::shard));
            case 40 -> new MasterMessage.OfTrust(TrustWire.message(in));
            case 50 -> new MasterMessage.DescribeNode(
                    ClusterWire.nodeId(in), in.text(), in.i64());
            case 51 -> new MasterMessage.ChangeDuty(
                    in.list(ClusterWire::nodeId), ClusterWire.duty(in));
            case 52 -> new MasterMessage.PreviewDrain(in.list(ClusterWire::nodeId));
            case 53 -> new MasterMessage.AskBalance();
            default -> throw new WireException("unknown master message " + id);
        };
        in.end();
        return message;
    }

    private static void report(WireWriter out, MasterMessage.Report report) {
        out.list(report.whole(), MasterWire::whole)
                .list(report.accusations(), MasterWire::accusation)
                .list(report.stoodDown(), MasterWire::chainEpoch);
    }

    private static MasterMessage.Report report(WireReader in) {
        return new MasterMessage.Report(in.list(MasterWire::whole),
                in.list(MasterWire::accusation), in.list(MasterWire::chainEpoch));
    }

    private static void accusation(WireWriter out, MasterMessage.Accusation accusation) {
        out.i32(accusation.chain().value()).i64(accusation.epoch().value());
        ChainWire.member(out, accusation.accused());
    }

    private static MasterMessage.Accusation accusation(WireReader in) {
        return new MasterMessage.Accusation(
                new ChainId(in.i32()), new Epoch(in.i64()), ChainWire.member(in));
    }

    private static void chainEpoch(WireWriter out, MasterMessage.ChainEpoch seat) {
        out.i32(seat.chain().value()).i64(seat.epoch().value());
    }

    private static MasterMessage.ChainEpoch chainEpoch(WireReader in) {
        return new MasterMessage.ChainEpoch(new ChainId(in.i32()), new Epoch(in.i64()));
    }

    private static void whole(WireWriter out, MasterMessage.JoiningWhole whole) {
        out.i32(whole.chain().value()).i64(whole.epoch().value());
        ChainWire.member(out, whole.joining());
    }

    private static MasterMessage.JoiningWhole whole(WireReader in) {
        return new MasterMessage.JoiningWhole(
                new ChainId(in.i32()), new Epoch(in.i64()), ChainWire.member(in));
    }

    public static byte[] encode(MasterReply reply) {
        WireWriter out = new WireWriter();
        switch (reply) {
            case MasterReply.NotLeader r ->
                    out.u8(1).optional(r.leader(), ClusterWire::nodeId);
            case MasterReply.Registered r -> {
                ChainWire.member(out.u8(2), r.member());
                ClusterWire.update(out.i64(r.leaseMillis()), r.update());
            }
            case MasterReply.Granted r -> {
                ClusterWire.update(
                        out.u8(3).i64(r.stampNanos()).i64(r.leaseMillis()), r.update());
                out.list(r.standDown(), MasterWire::chainEpoch);
            }
            case MasterReply.Withheld r ->
                    ClusterWire.update(out.u8(4).text(r.reason()), r.update());
            case MasterReply.Fenced r -> out.u8(5).text(r.reason());
            case MasterReply.BucketCreated r -> ClusterWire.bucket(out.u8(6), r.bucket());
            case MasterReply.BucketExists r -> ClusterWire.bucket(out.u8(7), r.bucket());
            case MasterReply.NoSuchBucket _ -> out.u8(8);
            case MasterReply.Done _ -> out.u8(9);
            case MasterReply.Unavailable r -> out.u8(10).text(r.reason());
            case MasterReply.OtherShards _ -> out.u8(11);
            case MasterReply.AccountRefused r -> AccountWire.refusal(out.u8(12), r.refusal());
            case MasterReply.OfTrust r -> TrustWire.reply(out.u8(40), r.reply());
            case MasterReply.Refused r -> out.u8(50).text(r.reason());
            case MasterReply.Moves r -> plan(out.u8(51), r.plan());
        }
        return out.toArray();
    }

    public static MasterReply decodeReply(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        int id = in.u8();
        MasterReply reply = switch (id) {
            case 1 -> new MasterReply.NotLeader(in.optional(ClusterWire::nodeId));
            case 2 -> new MasterReply.Registered(
                    ChainWire.member(in), in.i64(), ClusterWire.update(in));
            case 3 -> new MasterReply.Granted(in.i64(), in.i64(), ClusterWire.update(in),
                    in.list(MasterWire::chainEpoch));
            case 4 -> new MasterReply.Withheld(in.text(), ClusterWire.update(in));
            case 5 -> new MasterReply.Fenced(in.text());
            case 6 -> new MasterReply.BucketCreated(ClusterWire.bucket(in));
            case 7 -> new MasterReply.BucketExists(ClusterWire.bucket(in));
            case 8 -> new MasterReply.NoSuchBucket();
            case 9 -> new MasterReply.Done();
            case 10 -> new MasterReply.Unavailable(in.text());
            case 11 -> new MasterReply.OtherShards();
            case 12 -> new MasterReply.AccountRefused(AccountWire.refusal(in));
            case 40 -> new MasterReply.OfTrust(TrustWire.reply(in));
            case 50 -> new MasterReply.Refused(in.text());
            case 51 -> new MasterReply.Moves(plan(in));
            default -> throw new WireException("unknown master reply " + id);
        };
        in.end();
        return reply;
    }

    private static void plan(WireWriter out, MovesPlan plan) {
        out.list(plan.moves(), (to, move) -> to.i32(move.chain().value())
                        .i32(move.from().number()).i32(move.to().number()))
                .i32(plan.underway()).i32(plan.stuck()).text(plan.waitsFor());
    }

    private static MovesPlan plan(WireReader in) {
        return new MovesPlan(in.list(from -> new MovesPlan.Move(new ChainId(from.i32()),
                        ClusterWire.nodeId(from), ClusterWire.nodeId(from))),
                in.i32(), in.i32(), in.text());
    }
}
