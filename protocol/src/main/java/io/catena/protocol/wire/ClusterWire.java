package io.catena.protocol.wire;

import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.message.ClusterUpdate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The master's records as bytes: in updates to nodes, in the Raft log and in snapshots.
///
/// ```
/// node    id i32 · host · port i32 · incarnation i64 · disk identity · disk since i64
///         · duty u8 (1 active, 2 cordoned, 3 draining, 4 removed) · zone · weight i64;
///         formerly without what follows the disk
/// bucket  id i64 · name · created i64 · owner · list of shard · state u8 (1 creating, 2 active,
///         3 active with versioning, 4 active with versioning suspended; formerly 1 or 2)
/// shard   chain i32 · slot from i32 · slot to i32 · key from · key to
///         · move u8 (0 none, 1 to, 2 from) · unless none: chain i32; formerly without a move
/// update  since i64 · version i64 · lists in the record's order
/// ```
public final class ClusterWire {
    private ClusterWire() {}

    public static void nodeId(WireWriter out, NodeId node) {
        out.i32(node.number());
    }

    public static NodeId nodeId(WireReader in) {
        int number = in.i32();
        try {
            return NodeId.ofNumber(number);
        } catch (IllegalArgumentException e) {
            throw new WireException("node " + number);
        }
    }

    public static void node(WireWriter out, NodeRecord node) {
        out.i32(node.id().number()).text(node.host()).i32(node.port())
                .i64(node.incarnation().value()).text(node.diskIdentity())
                .i64(node.diskSince().value());
        duty(out, node.placing().duty()).text(node.placing().zone())
                .i64(node.placing().weight());
    }

    public static NodeRecord node(WireReader in) {
        NodeRecord node = formerNode(in);
        return new NodeRecord(node.id(), node.host(), node.port(), node.incarnation(),
                node.diskIdentity(), node.diskSince(), placing(in));
    }

    /// As it was before nodes had duties, zones and weights.
    public static NodeRecord formerNode(WireReader in) {
        return new NodeRecord(nodeId(in), in.text(), in.i32(), new Incarnation(in.i64()),
                in.text(), new Incarnation(in.i64()), NodePlacing.NEW);
    }

    private static NodePlacing placing(WireReader in) {
        NodePlacing.Duty duty = duty(in);
        String zone = in.text();
        long weight = in.i64();
        if (weight < 0) {
            throw new WireException("weight " + weight);
        }
        return new NodePlacing(duty, zone, weight);
    }

    public static WireWriter duty(WireWriter out, NodePlacing.Duty duty) {
        return out.u8(switch (duty) {
            case ACTIVE -> 1;
            case CORDONED -> 2;
            case DRAINING -> 3;
            case REMOVED -> 4;
        });
    }

    public static NodePlacing.Duty duty(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> NodePlacing.Duty.ACTIVE;
            case 2 -> NodePlacing.Duty.CORDONED;
            case 3 -> NodePlacing.Duty.DRAINING;
            case 4 -> NodePlacing.Duty.REMOVED;
            default -> throw new WireException("duty " + id);
        };
    }

    public static void bucket(WireWriter out, BucketRecord bucket) {
        out.i64(bucket.id()).text(bucket.name()).i64(bucket.createdMillis())
                .text(bucket.ownerId()).list(bucket.shards(), ClusterWire::shard)
                .u8(stateId(bucket));
    }

    private static int stateId(BucketRecord bucket) {
        return switch (bucket.state()) {
            case CREATING -> 1;
            case ACTIVE -> switch (bucket.versioning()) {
                case NEVER -> 2;
                case ENABLED -> 3;
                case SUSPENDED -> 4;
            };
        };
    }

    public static BucketRecord bucket(WireReader in) {
        return bucket(in, ClusterWire::shard);
    }

    /// As it was before shards could move.
    public static BucketRecord formerBucket(WireReader in) {
        return bucket(in, ClusterWire::formerShard);
    }

    private static BucketRecord bucket(WireReader in, Function<WireReader, ShardRecord> shard) {
        BucketRecord creating = new BucketRecord(in.i64(), in.text(), in.i64(), in.text(),
                in.list(shard), BucketState.CREATING);
        int id = in.u8();
        return switch (id) {
            case 1 -> creating;
            case 2 -> creating.activated();
            case 3 -> creating.activated().with(BucketVersioning.ENABLED);
            case 4 -> creating.activated().with(BucketVersioning.SUSPENDED);
            default -> throw new WireException("bucket state " + id);
        };
    }

    public static void versioning(WireWriter out, BucketVersioning versioning) {
        out.u8(switch (versioning) {
            case NEVER -> 1;
            case ENABLED -> 2;
            case SUSPENDED -> 3;
        });
    }

    public static BucketVersioning versioning(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 1 -> BucketVersioning.NEVER;
            case 2 -> BucketVersioning.ENABLED;
            case 3 -> BucketVersioning.SUSPENDED;
            default -> throw new WireException("versioning of a bucket " + id);
        };
    }

    /// A shard, and those that take its place.
    public static void shard(WireWriter out, ShardRecord before, List<ShardRecord> after) {
        shard(out, before);
        out.list(after, ClusterWire::shard);
    }

    public static void shard(WireWriter out, ShardRecord shard) {
        out.i32(shard.chain().value()).i32(shard.slotFrom()).i32(shard.slotTo())
                .bytes(shard.keyFrom()).bytes(shard.keyTo());
        if (shard.move().isEmpty()) {
            out.u8(0);
            return;
        }
        out.u8(switch (shard.move().get()) {
            case ShardRecord.Move.To _ -> 1;
            case ShardRecord.Move.From _ -> 2;
        }).i32(shard.move().get().other().value());
    }

    public static ShardRecord shard(WireReader in) {
        return new ShardRecord(new ChainId(in.i32()), in.i32(), in.i32(), in.bytes(), in.bytes(),
                move(in));
    }

    private static Optional<ShardRecord.Move> move(WireReader in) {
        int id = in.u8();
        return switch (id) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new ShardRecord.Move.To(new ChainId(in.i32())));
            case 2 -> Optional.of(new ShardRecord.Move.From(new ChainId(in.i32())));
            default -> throw new WireException("move of a shard " + id);
        };
    }

    private static ShardRecord formerShard(WireReader in) {
        return new ShardRecord(
                new ChainId(in.i32()), in.i32(), in.i32(), in.bytes(), in.bytes());
    }

    public static byte[] encode(ClusterUpdate update) {
        WireWriter out = new WireWriter(1_024);
        update(out, update);
        return out.toArray();
    }

    public static ClusterUpdate decodeUpdate(byte[] bytes) {
        WireReader in = new WireReader(bytes);
        ClusterUpdate update = update(in);
        in.end();
        return update;
    }

    static void update(WireWriter out, ClusterUpdate update) {
        out.i64(update.since()).i64(update.version())
                .list(update.nodes(), ClusterWire::node)
                .list(update.chains(), ChainWire::configuration)
                .list(update.buckets(), ClusterWire::bucket)
                .list(update.removedBuckets(), WireWriter::text)
                .list(update.keys(), AccountWire::key)
                .list(update.removedKeys(), WireWriter::text)
                .list(update.users(), AccountWire::user)
                .list(update.removedUsers(), WireWriter::text)
                .list(update.removedServers(), WireWriter::i32);
    }

    static ClusterUpdate update(WireReader in) {
        return new ClusterUpdate(in.i64(), in.i64(), in.list(ClusterWire::node),
                in.list(ChainWire::configuration), in.list(ClusterWire::bucket),
                in.list(WireReader::text), in.list(AccountWire::key), in.list(WireReader::text),
                in.list(AccountWire::user), in.list(WireReader::text),
                in.list(WireReader::i32));
    }
}
