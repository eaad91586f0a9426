package io.catena.master.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.wire.WireWriter;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustTest {
    private static final SealedAuthority AUTHORITY =
            new SealedAuthority("pem", Bytes.utf8("sealed"));
    private static final Bytes SECRET = Bytes.utf8("hash");
    private static final Bytes KEY = Bytes.utf8("key");
    private static final Bytes OTHER_KEY = Bytes.utf8("other");

    private ClusterState state = ClusterState.EMPTY;

    private TrustResult apply(TrustCommand command) {
        Command.OfTrust logged = new Command.OfTrust(command);
        assertThat(StateWire.decodeCommand(StateWire.encode(logged))).isEqualTo(logged);
        ClusterState.Applied applied = state.apply(logged);
        state = applied.state();
        assertThat(StateWire.decodeResult(StateWire.encode(applied.result())))
                .isEqualTo(applied.result());
        assertThat(StateWire.decodeState(StateWire.encode(state))).isEqualTo(state);
        return ((Result.OfTrust) applied.result()).result();
    }

    private void found(Integer... servers) {
        assertThat(apply(new TrustCommand.Found(AUTHORITY, List.of(servers))))
                .isEqualTo(new TrustResult.Done());
    }

    private void addToken() {
        assertThat(apply(new TrustCommand.AddToken(SECRET, 1_000, 0)))
                .isEqualTo(new TrustResult.Done());
    }

    private TrustResult use(Bytes key, long atMillis) {
        return apply(new TrustCommand.UseToken(SECRET, key, atMillis));
    }

    @Test
    void shouldKeepItsFirstAuthority() {
        found(1, 2, 3);
        assertThat(apply(new TrustCommand.Found(
                new SealedAuthority("another", Bytes.EMPTY), List.of(9))))
                .isInstanceOf(TrustResult.Refused.class);
        assertThat(state.trust().authority()).contains(AUTHORITY);
        assertThat(state.trust().servers()).containsExactly(1, 2, 3);
    }

    @Test
    void shouldGiveEachTokenOneNumber() {
        found(1, 2, 3);
        addToken();
        assertThat(use(KEY, 5)).isEqualTo(new TrustResult.Joined(4));
        assertThat(state.trust().servers()).contains(4);
        // The answer was lost: the same key asks again.
        assertThat(use(KEY, 6)).isEqualTo(new TrustResult.Joined(4));
        assertThat(use(OTHER_KEY, 7))
                .isEqualTo(new TrustResult.BadToken(TrustResult.Fault.USED));
        assertThat(use(KEY, 1_001))
                .isEqualTo(new TrustResult.BadToken(TrustResult.Fault.EXPIRED));
        assertThat(state.trust().servers()).hasSize(4);
    }

    @Test
    void shouldRefuseUnknownAndExpiredTokens() {
        found(1);
        assertThat(use(KEY, 5)).isEqualTo(new TrustResult.BadToken(TrustResult.Fault.UNKNOWN));
        addToken();
        long version = state.version();
        assertThat(use(KEY, 1_001))
                .isEqualTo(new TrustResult.BadToken(TrustResult.Fault.EXPIRED));
        assertThat(state.version()).isEqualTo(version);
        assertThat(state.trust().servers()).containsExactly(1);
    }

    @Test
    void shouldForgetTokensLongAfterTheyExpired() {
        found(1);
        addToken();
        apply(new TrustCommand.AddToken(OTHER_KEY, Trust.EXPIRED_KEPT_MILLIS * 2,
                1_001 + Trust.EXPIRED_KEPT_MILLIS));
        assertThat(state.trust().tokens()).containsOnlyKeys(OTHER_KEY);
    }

    @Test
    void shouldNeverGiveANumberTwice() {
        found(1);
        addToken();
        use(KEY, 5);
        assertThat(apply(new TrustCommand.RemoveServer(2))).isEqualTo(new TrustResult.Done());
        assertThat(apply(new TrustCommand.RemoveServer(2))).isEqualTo(new TrustResult.Done());
        assertThat(state.trust().isRemoved(new NodeId(2, 3))).isTrue();
        assertThat(use(KEY, 6)).isEqualTo(new TrustResult.BadToken(TrustResult.Fault.USED));
        Bytes second = Bytes.utf8("second");
        apply(new TrustCommand.AddToken(second, 1_000, 0));
        assertThat(apply(new TrustCommand.UseToken(second, OTHER_KEY, 5)))
                .isEqualTo(new TrustResult.Joined(3));
    }

    @Test
    void shouldTellEveryServerOfTheRemovedOnes() {
        found(1, 2);
        long before = state.version();
        apply(new TrustCommand.RemoveServer(2));
        assertThat(state.since(before).removedServers()).containsExactly(2);
        assertThat(state.apply(new Command.RegisterNode(
                new NodeId(2), "h", 1, "d", 7, List.of())).result())
                .isInstanceOf(Result.Refused.class);
    }

    @Test
    void shouldKeepItsLastServer() {
        found(1);
        assertThat(apply(new TrustCommand.RemoveServer(1)))
                .isInstanceOf(TrustResult.Refused.class);
        assertThat(apply(new TrustCommand.RemoveServer(7)))
                .isInstanceOf(TrustResult.Refused.class);
    }

    @Test
    void shouldKeepItsLayout() {
        found(1);
        addToken();
        use(KEY, 5);
        WireWriter out = new WireWriter();
        TrustStateWire.trust(out, state.trust());
        assertThat(HexFormat.of().formatHex(out.toArray())).isEqualTo("01" + "00000003" + "70656d"
                + "00000006" + "7365616c6564" + "00000002" + "00000001" + "00000002" + "00000002"
                + "00000000" + "00000001" + "00000004" + "68617368" + "00000000000003e8" + "01"
                + "00000003" + "6b6579" + "00000002");
    }
}
