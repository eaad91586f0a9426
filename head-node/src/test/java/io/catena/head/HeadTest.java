package io.catena.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.message.ClientMessage;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HeadTest {
    private static final Bytes KEY = Bytes.utf8("key");
    private static final Bytes TAG = Bytes.utf8("tag");
    private static final Position WRITTEN = Position.of(2, 7);

    private final RequestOutcomes outcomes = new RequestOutcomes(10);
    private final Head head = new Head(new Epoch(3), 7, outcomes);
    private final TreeMap<Bytes, Newest> known = new TreeMap<>();
    private final Resolver resolver = new Resolver() {
        @Override
        public Optional<Newest> newest(Bytes key) {
            return Optional.ofNullable(known.get(key));
        }

        @Override
        public PrefixState prefix(Bytes prefix) {
            return prefix.equals(KEY) ? new PrefixState.Held(7) : prefix.equals(TAG)
                    ? new PrefixState.Empty(7) : new PrefixState.Unknown();
        }
    };

    private static Mutation put(Bytes key) {
        return new Mutation.Put(key, TAG, Bytes.EMPTY, Optional.empty(), false, true);
    }

    private Admission admit(Condition... conditions) {
        return admit(List.of(put(KEY)), conditions);
    }

    private Admission admit(List<Mutation> mutations, Condition... conditions) {
        return head.admit(new ClientMessage.Write(new ChainId(1), new Epoch(3),
                new RequestId(1, 1), List.of(conditions), mutations), resolver);
    }

    private void present() {
        known.put(KEY, new Newest(7, true, TAG, WRITTEN));
    }

    private void absent() {
        known.put(KEY, new Newest(0, false, Bytes.EMPTY, Position.NONE));
    }

    private static Position position(Admission admission) {
        return ((Admission.Admitted) admission).update().position();
    }

    @Test
    void shouldGiveOutPositionsWithoutGaps() {
        assertThat(position(admit())).isEqualTo(Position.of(3, 8));
        assertThat(position(admit())).isEqualTo(Position.of(3, 9));
    }

    @Test
    void shouldAnswerARetryWithItsPosition() {
        outcomes.add(new RequestId(1, 1), Position.of(3, 8));

        assertThat(admit()).isEqualTo(new Admission.Duplicate(Position.of(3, 8)));
    }

    @Test
    void shouldAskForWhatItDoesNotKnow() {
        Bytes prefix = Bytes.utf8("dir/");

        assertThat(admit(new Condition.Absent(KEY), new Condition.PrefixEmpty(prefix)))
                .isEqualTo(new Admission.Unresolved(List.of(KEY), List.of(prefix)));
    }

    @Test
    void shouldNotUseUpAPositionForARefusal() {
        present();

        assertThat(admit(new Condition.Absent(KEY))).isEqualTo(new Admission.Refused(0, true, 7));
        assertThat(position(admit())).isEqualTo(Position.of(3, 8));
    }

    @Test
    void shouldAdmitWhatHolds() {
        present();

        assertThat(admit(new Condition.Present(KEY), new Condition.TagIs(KEY, TAG),
                new Condition.PositionIs(KEY, WRITTEN), new Condition.PrefixEmpty(TAG)))
                .isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void shouldRefuseEachConditionThatDoesNotHold() {
        present();
        assertThat(admit(new Condition.TagIs(KEY, KEY)))
                .isEqualTo(new Admission.Refused(0, true, 7));
        assertThat(admit(new Condition.PositionIs(KEY, Position.of(2, 6))))
                .isEqualTo(new Admission.Refused(0, true, 7));
        assertThat(admit(new Condition.Present(KEY), new Condition.PrefixEmpty(KEY)))
                .isEqualTo(new Admission.Refused(1, true, 7));

        absent();
        assertThat(admit(new Condition.Present(KEY)))
                .isEqualTo(new Admission.Refused(0, false, 0));
        assertThat(admit(new Condition.TagIs(KEY, TAG)))
                .isEqualTo(new Admission.Refused(0, false, 0));
        assertThat(admit(new Condition.PositionIs(KEY, Position.NONE)))
                .isEqualTo(new Admission.Refused(0, false, 0));
    }

    @Test
    void shouldRefuseWritesBeyondTheLimits() {
        assertThat(admit(List.of())).isInstanceOf(Admission.Invalid.class);
        assertThat(admit(List.of(put(KEY), new Mutation.Delete(KEY, true))))
                .isInstanceOf(Admission.Invalid.class);
        Bytes large = Bytes.wrap(new byte[ClientMessage.Write.WEIGHT_BYTES_MAX]);
        assertThat(admit(List.of(
                new Mutation.Put(KEY, TAG, large, Optional.empty(), false, true))))
                .isInstanceOf(Admission.Invalid.class);
    }
}
