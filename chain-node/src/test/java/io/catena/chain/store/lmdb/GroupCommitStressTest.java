package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.store.ChainStore;
import io.catena.protocol.chain.ChainId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many threads queue writes at one disk at once, as the event loops of chains do.
class GroupCommitStressTest {
    private static final int CHAINS = 8;
    private static final int WRITES = 400;

    @Test
    void shouldAnswerEachWriteOnceAndInTheOrderOfItsChain(@TempDir Path directory)
            throws Exception {
        try (TestDisk test = new TestDisk(directory)) {
            CyclicBarrier together = new CyclicBarrier(CHAINS);
            List<CompletableFuture<List<Input>>> all = new ArrayList<>();
            for (int number = 1; number <= CHAINS; number++) {
                ChainStore chain = test.disk.chain(new ChainId(100 + number));
                all.add(new CompletableFuture<>());
                start(chain, together, all.getLast());
            }
            for (var answers : all) {
                assertThat(answers.get(60, TimeUnit.SECONDS)).isEqualTo(expected());
            }
        }
        reopened(directory);
    }

    private static void start(
            ChainStore chain, CyclicBarrier together, CompletableFuture<List<Input>> done) {
        Thread.ofPlatform().daemon().start(() -> {
            List<Input> answers = Collections.synchronizedList(new ArrayList<>());
            try {
                together.await(30, TimeUnit.SECONDS);
                for (long seq = 1; seq <= WRITES; seq++) {
                    chain.write(new Effect.Append(
                            TestDisk.update(seq, TestDisk.put("k", "v" + seq))), answers::add);
                }
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
            // Behind all others: when this is answered, an answer given twice has been seen.
            chain.write(new Effect.Apply(WRITES), last -> {
                answers.add(last);
                done.complete(List.copyOf(answers));
            });
        });
    }

    private static List<Input> expected() {
        List<Input> expected = new ArrayList<>();
        for (long seq = 1; seq <= WRITES; seq++) {
            expected.add(new Input.Flushed(seq));
        }
        expected.add(new Input.Applied(WRITES));
        return expected;
    }

    private static void reopened(Path directory) {
        try (TestDisk test = new TestDisk(directory)) {
            for (int number = 1; number <= CHAINS; number++) {
                assertThat(test.disk.chain(new ChainId(100 + number)).recovered().applied().seq())
                        .isEqualTo(WRITES);
            }
        }
    }
}
