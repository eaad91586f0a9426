package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.LincheckAssertionError;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jetbrains.kotlinx.lincheck.strategy.managed.modelchecking.ModelCheckingOptions;
import org.junit.jupiter.api.Test;

/// Classes that several threads use: Lincheck runs small programs of their operations in very many
/// interleavings, and compares what came out with the same operations one after the other.
class LincheckTest {
    private static void check(Class<?> operations) {
        LinChecker.check(operations, new ModelCheckingOptions()
                .iterations(10).invocationsPerIteration(100)
                .threads(2).actorsPerThread(3));
    }

    @Param(name = "job", gen = IntGen.class, conf = "1:9")
    public static class Queue {
        private final WriteQueue<Integer> queue = new WriteQueue<>();

        @Operation
        public boolean offer(@Param(name = "job") int job) {
            return queue.offer(job);
        }

        @Operation(nonParallelGroup = "writer")
        public List<Integer> poll() {
            return queue.poll(2);
        }

        @Operation
        public void close() {
            queue.close();
        }
    }

    @Param(name = "units", gen = IntGen.class, conf = "1:3")
    @Param(name = "extent", gen = IntGen.class, conf = "0:2")
    public static class Space {
        private final Extents extents = new Extents();

        public Space() {
            for (int extent = 0; extent < 3; extent++) {
                extents.occupied((long) extent * Extents.UNIT_BYTES, Extents.UNIT_BYTES);
            }
        }

        @Operation
        public long take(@Param(name = "units") int units) {
            return extents.take((long) units * Extents.UNIT_BYTES, 2 * Extents.UNIT_BYTES)
                    .orElse(-1);
        }

        @Operation
        public void release(@Param(name = "extent") int extent) {
            extents.release((long) extent * Extents.UNIT_BYTES, Extents.UNIT_BYTES);
        }

        @Operation
        public long free() {
            return extents.freeBytes();
        }

        @Operation
        public long end() {
            return extents.endBytes();
        }
    }

    /// What [Queue] would be without its monitor.
    @Param(name = "job", gen = IntGen.class, conf = "1:9")
    public static class Unguarded {
        private final ArrayDeque<Integer> waiting = new ArrayDeque<>();

        @Operation
        public void offer(@Param(name = "job") int job) {
            waiting.add(job);
        }

        @Operation
        public Integer poll() {
            return waiting.poll();
        }
    }

    @Test
    void shouldHandOutEveryWriteThatTheQueueTook() {
        check(Queue.class);
    }

    @Test
    void shouldGiveEachExtentOnce() {
        check(Space.class);
    }

    @Test
    void shouldFindAClassThatIsNotGuarded() {
        assertThatThrownBy(() -> check(Unguarded.class))
                .isInstanceOf(LincheckAssertionError.class)
                .satisfies(found -> assertThat(found).hasMessageContaining("offer"));
    }
}
