package io.catena.master.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Member;
import io.catena.protocol.message.MasterMessage;
import io.catena.protocol.message.MasterReply;
import io.vertx.core.Future;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GrantsTest {
    private static final MasterReply GRANT = new MasterReply.Done();

    private final Grants grants = new Grants();

    private static MasterMessage.Heartbeat heartbeat(int node, long stamp) {
        return new MasterMessage.Heartbeat(Member.of(node, 1), stamp, 0,
                MasterMessage.Report.NOTHING);
    }

    @Test
    void shouldGrantOnlyWhatCameBeforeTheProofOfLeadership() {
        Future<MasterReply> early = grants.await(heartbeat(1, 1), 100);
        Future<MasterReply> late = grants.await(heartbeat(2, 2), 200);
        grants.release(99, (_, _) -> GRANT);
        assertThat(early.isComplete()).isFalse();
        grants.release(150, (_, receivedNanos) -> {
            assertThat(receivedNanos).isEqualTo(100);
            return GRANT;
        });
        assertThat(early.result()).isEqualTo(GRANT);
        assertThat(late.isComplete()).isFalse();
    }

    @Test
    void shouldKeepTheLatestHeartbeatOfAMember() {
        Future<MasterReply> former = grants.await(heartbeat(1, 1), 100);
        Future<MasterReply> latter = grants.await(heartbeat(1, 2), 200);
        assertThat(former.result()).isInstanceOf(MasterReply.Unavailable.class);
        MasterReply gone = new MasterReply.NotLeader(Optional.empty());
        grants.abandon(gone);
        assertThat(latter.result()).isEqualTo(gone);
    }
}
