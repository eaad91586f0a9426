package io.catena.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.Bytes;
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
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.cluster.UserRecord;
import io.catena.protocol.message.ClusterUpdate;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import io.catena.protocol.message.MovesPlan;
import io.catena.protocol.message.TrustMessage;
import io.catena.protocol.message.TrustReply;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MasterWireTest {
    private static final Member MEMBER = Member.of(3, 7);
    private static final MasterMessage.ChainEpoch SEAT =
            new MasterMessage.ChainEpoch(new ChainId(4), new Epoch(7));
    private static final AccessKey KEY = new AccessKey("id", "secret", "u", true, 5);
    private static final UserRecord USER =
            new UserRecord("u", "Ada", "ada@example.org", true, false, 4);
    private static final BucketRecord BUCKET = new BucketRecord(9, "photos", 12, "id",
            List.of(ShardRecord.whole(new ChainId(2))), BucketState.ACTIVE);
    private static final ClusterUpdate UPDATE = new ClusterUpdate(4, 6,
            List.of(new NodeRecord(new NodeId(3), "host", 7_002, new Incarnation(7), "disk",
                    new Incarnation(2), new NodePlacing(NodePlacing.Duty.DRAINING, "a", 12))),
            List.of(new ChainConfiguration(new ChainId(2), new Epoch(5), List.of(MEMBER),
                    Optional.of(Member.of(1, 1)))),
            List.of(BUCKET), List.of("gone"), List.of(KEY), List.of("former"),
            List.of(USER), List.of("left"), List.of(8));

    private static final List<MasterMessage> MESSAGES = List.of(
            new MasterMessage.Register(new NodeId(3, 2), "host", 7_002, "disk", -5,
                    List.of(new ChainId(1))),
            new MasterMessage.Heartbeat(MEMBER, -1, 6, MasterMessage.Report.NOTHING),
            new MasterMessage.Heartbeat(MEMBER, -1, 6, new MasterMessage.Report(
                    List.of(new MasterMessage.JoiningWhole(new ChainId(2), new Epoch(5), MEMBER)),
                    List.of(new MasterMessage.Accusation(new ChainId(3), new Epoch(6), MEMBER)),
                    List.of(SEAT))),
            new MasterMessage.GiveBack(MEMBER),
            new MasterMessage.CreateBucket("photos", "id"), new MasterMessage.ActivateBucket(9),
            new MasterMessage.RemoveBucket(9, ShardRecord.whole(new ChainId(2)).cut()),
            new MasterMessage.SetVersioning(9, BucketVersioning.SUSPENDED,
                    ShardRecord.whole(new ChainId(2)).cut()),
            new MasterMessage.ChangeShard(9, ShardRecord.whole(new ChainId(2)), List.of(
                    ShardRecord.whole(new ChainId(2)).movingTo(new ChainId(3)),
                    ShardRecord.whole(new ChainId(2)).switchedTo(new ChainId(4)))),
            new MasterMessage.ChangeAccounts(new AccountChange.CreateUser(USER)),
            new MasterMessage.ChangeAccounts(
                    new AccountChange.UpdateUser("u", Optional.of("Ada"),
                            Optional.empty(), Optional.of(false), Optional.empty())),
            new MasterMessage.ChangeAccounts(new AccountChange.RemoveUser("u")),
            new MasterMessage.ChangeAccounts(new AccountChange.CreateKey(KEY)),
            new MasterMessage.ChangeAccounts(new AccountChange.UpdateKey("id", false)),
            new MasterMessage.ChangeAccounts(new AccountChange.RemoveKey("id")),
            new MasterMessage.OfTrust(new TrustMessage.CreateJoinToken(60_000)),
            new MasterMessage.OfTrust(new TrustMessage.RenewCertificate(
                    Bytes.utf8("request"), List.of("localhost"))),
            new MasterMessage.OfTrust(new TrustMessage.RemoveServer(4)),
            new MasterMessage.DescribeNode(new NodeId(2, 3), "zone", 4_096),
            new MasterMessage.ChangeDuty(
                    List.of(new NodeId(2), new NodeId(2, 2)), NodePlacing.Duty.REMOVED),
            new MasterMessage.PreviewDrain(List.of(new NodeId(4))),
            new MasterMessage.AskBalance());

    private static final List<MasterReply> REPLIES = List.of(
            new MasterReply.NotLeader(Optional.of(new NodeId(2))),
            new MasterReply.NotLeader(Optional.empty()),
            new MasterReply.Registered(MEMBER, 1_500, UPDATE),
            new MasterReply.Granted(-1, 1_500, UPDATE, List.of(SEAT)),
            new MasterReply.Withheld("why", UPDATE),
            new MasterReply.Fenced("why"), new MasterReply.BucketCreated(BUCKET),
            new MasterReply.BucketExists(BUCKET), new MasterReply.NoSuchBucket(),
            new MasterReply.Done(), new MasterReply.Unavailable("why"),
            new MasterReply.OtherShards(),
            new MasterReply.AccountRefused(AccountRefusal.TOO_LONG),
            new MasterReply.OfTrust(new TrustReply.TokenMade(TrustWireTest.TOKEN)),
            new MasterReply.OfTrust(new TrustReply.Certified("pem")),
            new MasterReply.OfTrust(new TrustReply.Done()),
            new MasterReply.OfTrust(new TrustReply.Refused("why")),
            new MasterReply.Refused("why"),
            new MasterReply.Moves(new MovesPlan(List.of(new MovesPlan.Move(
                    new ChainId(3), new NodeId(1), new NodeId(2, 2))), 1, 2, "that")));

    @Test
    void shouldReadMessagesAsTheyWereWritten() {
        for (MasterMessage message : MESSAGES) {
            assertThat(MasterWire.decodeMessage(MasterWire.encode(message))).isEqualTo(message);
        }
    }

    @Test
    void shouldReadRepliesAsTheyWereWritten() {
        for (MasterReply reply : REPLIES) {
            assertThat(MasterWire.decodeReply(MasterWire.encode(reply))).isEqualTo(reply);
        }
        assertThat(ClusterWire.decodeUpdate(ClusterWire.encode(UPDATE))).isEqualTo(UPDATE);
        var seen = new MasterWire.Seen(MEMBER, 8);
        assertThat(MasterWire.decodeSeen(MasterWire.encode(seen))).isEqualTo(seen);
    }

    @Test
    void shouldKeepItsLayout() {
        assertThat(HexFormat.of().formatHex(
                MasterWire.encode(new MasterMessage.GiveBack(MEMBER))))
                .isEqualTo("03" + "00000003" + "0000000000000007");
        assertThat(HexFormat.of().formatHex(
                MasterWire.encode(new MasterMessage.CreateBucket("ab", "c"))))
                .isEqualTo("04" + "000000026162" + "0000000163");
        assertThat(HexFormat.of().formatHex(MasterWire.encode(new MasterMessage.ChangeAccounts(
                new AccountChange.CreateUser(new UserRecord("a", "b", "c", true, false, 7))))))
                .isEqualTo("0b" + "01" + "0000000161" + "0000000162" + "0000000163" + "01" + "00"
                        + "0000000000000007");
        assertThat(HexFormat.of().formatHex(MasterWire.encode(new MasterMessage.ChangeAccounts(
                new AccountChange.CreateKey(new AccessKey("a", "b", "c", true, 7))))))
                .isEqualTo("0b" + "04" + "0000000161" + "0000000162" + "0000000163" + "01"
                        + "0000000000000007");
        assertThat(HexFormat.of().formatHex(MasterWire.encode(new MasterMessage.ChangeDuty(
                List.of(new NodeId(2, 3)), NodePlacing.Duty.DRAINING))))
                .isEqualTo("33" + "00000001" + "02000002" + "03");
        assertThat(HexFormat.of().formatHex(MasterWire.encode(
                new MasterMessage.DescribeNode(new NodeId(1), "z", 5))))
                .isEqualTo("32" + "00000001" + "000000017a" + "0000000000000005");
        ShardRecord whole = ShardRecord.whole(new ChainId(2));
        assertThat(HexFormat.of().formatHex(MasterWire.encode(new MasterMessage.ChangeShard(
                9, whole, List.of(whole.movingTo(new ChainId(3)))))))
                .isEqualTo("0a" + "0000000000000009" + "00000002" + "00000000" + "00001000"
                        + "00000000" + "00000000" + "00" + "00000001" + "00000002" + "00000000"
                        + "00001000" + "00000000" + "00000000" + "01" + "00000003");
    }

    @Test
    void shouldRefuseEveryTruncation() {
        for (MasterReply reply : REPLIES) {
            byte[] bytes = MasterWire.encode(reply);
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> MasterWire.decodeReply(cut))
                        .isInstanceOf(WireException.class);
            }
        }
    }
}
