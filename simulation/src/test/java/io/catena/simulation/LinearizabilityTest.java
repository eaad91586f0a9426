package io.catena.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.simulation.History.Act;
import io.catena.simulation.History.Operation;
import io.catena.simulation.History.When;
import io.catena.simulation.Linearizability.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    private static Operation write(long value, long from, long to) {
        return new Operation(new Act.Write(new When.Always(), value), from, to);
    }

    private static Operation read(long value, long from, long to) {
        return new Operation(new Act.Read(value), from, to);
    }

    private static Verdict verdict(Operation... operations) {
        return Linearizability.of(List.of(operations));
    }

    @Test
    void shouldAcceptAReadOfEitherValueDuringAWrite() {
        assertThat(verdict(write(1, 0, 10), read(0, 2, 3), read(1, 4, 5))).isEqualTo(Verdict.HOLDS);
    }

    @Test
    void shouldRefuseAnOldValueAfterANewOneWasRead() {
        assertThat(verdict(write(1, 0, 10), read(1, 2, 3), read(0, 4, 5)))
                .isEqualTo(Verdict.VIOLATED);
    }

    @Test
    void shouldRefuseAValueThatWasOverwrittenBefore() {
        assertThat(verdict(write(1, 0, 1), write(2, 2, 3), read(1, 4, 5)))
                .isEqualTo(Verdict.VIOLATED);
    }

    @Test
    void shouldLetAnUnknownWriteComeLateOrNever() {
        assertThat(verdict(write(1, 0, 1), write(2, 2, History.NEVER), read(1, 4, 5),
                read(2, 6, 7)))
                .isEqualTo(Verdict.HOLDS);
        assertThat(verdict(write(1, 0, 1), write(2, 2, History.NEVER), read(1, 4, 5)))
                .isEqualTo(Verdict.HOLDS);
    }

    @Test
    void shouldRefuseAnUnknownWriteThatComesAndGoes() {
        assertThat(verdict(write(1, 0, 1), write(2, 2, History.NEVER), read(2, 4, 5),
                read(1, 6, 7)))
                .isEqualTo(Verdict.VIOLATED);
    }

    @Test
    void shouldJudgeConditionsOfWritesAndRefusals() {
        Operation create = new Operation(new Act.Write(new When.Absent(), 2), 2, 3);
        Operation refusal = new Operation(new Act.Refusal(new When.Absent()), 2, 3);

        assertThat(verdict(write(1, 0, 1), create)).isEqualTo(Verdict.VIOLATED);
        assertThat(verdict(write(1, 0, 1), refusal)).isEqualTo(Verdict.HOLDS);
        assertThat(verdict(refusal)).isEqualTo(Verdict.VIOLATED);
    }
}
