package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a newcomer does first: a cluster from nothing, a real tree of files up through one server
/// and down through another, and the same while every server in turn is killed.
final class MainJobSystemTest {
    private static final Duration SYNC_MAX = Duration.ofMinutes(10);
    private static final int MEBIBYTE = 1 << 20;
    private static final System.Logger LOG = System.getLogger("main-job");

    @TempDir
    private Path temporary;

    private static void say(String format, Object... values) {
        LOG.log(System.Logger.Level.INFO, () -> format.formatted(values));
    }

    @Test
    void shouldStoreARealTreeAndGiveItBackUnharmed() throws Exception {
        Path tree = temporary.resolve("tree");
        TestTree.Size size = TestTree.make(tree);
        assertThat(size.files()).isGreaterThanOrEqualTo(3_000);
        assertThat(size.bytes()).isGreaterThanOrEqualTo(300_000_000L);
        try (LocalCluster cluster = LocalCluster.up(
                LocalCluster.emptyDirectory("main-job"), 3)) {
            Shell aws = cluster.aws();
            aws.run(Duration.ofMinutes(1), "aws", "--endpoint-url", cluster.endpoints.get(0),
                    "s3", "mb", "s3://trees");
            upAndDown(cluster, tree, "plain", size);
            gibibyte(cluster);
            withKills(cluster, tree, size);
        }
    }

    private void upAndDown(LocalCluster cluster, Path tree, String prefix, TestTree.Size size) {
        Shell aws = cluster.aws();
        Shell.Outcome up = sync(aws, cluster.endpoints.get(0), tree.toString(),
                "s3://trees/" + prefix);
        Path back = temporary.resolve("back-" + prefix);
        Shell.Outcome down = sync(aws, cluster.endpoints.get(2), "s3://trees/" + prefix,
                back.toString());
        aws.run(Duration.ofMinutes(2), "diff", "-r", tree.toString(), back.toString());
        aws.run(Duration.ofMinutes(1), "rm", "-r", back.toString());
        say("%s: %d files, %d MB: up in %d s, down in %d s", prefix, size.files(),
                size.bytes() / 1_000_000, up.took().toSeconds(), down.took().toSeconds());
    }

    private static Shell.Outcome sync(Shell aws, String endpoint, String from, String to) {
        Shell.Outcome outcome = aws.outcome(SYNC_MAX, "aws", "--endpoint-url", endpoint, "s3",
                "sync", "--no-progress", "--only-show-errors", from, to);
        assertThat(outcome.code()).as(outcome.output()).isZero();
        return outcome;
    }

    private void gibibyte(LocalCluster cluster) throws IOException {
        Path file = temporary.resolve("gibibyte");
        byte[] block = new byte[MEBIBYTE];
        Random random = new Random(1);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < 1024; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        Shell aws = cluster.aws();
        Path back = temporary.resolve("gibibyte-back");
        Shell.Outcome up = copy(aws, cluster.endpoints.get(0), file.toString(),
                "s3://trees/gibibyte");
        Shell.Outcome down = copy(
                aws, cluster.endpoints.get(2), "s3://trees/gibibyte", back.toString());
        assertThat(sum(aws, back)).isEqualTo(sum(aws, file));
        say("1 GiB: up in %d s, down in %d s", up.took().toSeconds(), down.took().toSeconds());
        Files.delete(file);
        Files.delete(back);
    }

    private static Shell.Outcome copy(Shell aws, String endpoint, String from, String to) {
        Shell.Outcome outcome = aws.outcome(SYNC_MAX, "aws", "--endpoint-url", endpoint, "s3", "cp",
                "--no-progress", "--only-show-errors", from, to);
        assertThat(outcome.code()).as(outcome.output()).isZero();
        return outcome;
    }

    private static String sum(Shell shell, Path file) {
        return shell.run(Duration.ofMinutes(1), "sha256sum", file.toString()).split(" ")[0];
    }

    /// Each server is killed in the middle, in turn; a steady writer tells how long writes stood
    /// still.
    private void withKills(LocalCluster cluster, Path tree, TestTree.Size size) {
        try (SteadyWriter writer = new SteadyWriter(cluster, "trees")) {
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> killer = CompletableFuture.runAsync(() -> {
                for (int server = 1; !done.get(); server = server % 3 + 1) {
                    writer.killAndMeasure(server);
                }
            });
            upAndDown(cluster, tree, "killed", size);
            upAndDown(cluster, tree, "killed-again", size);
            done.set(true);
            killer.join();
            assertThat(writer.kills()).isGreaterThanOrEqualTo(3);
            say("%d kills; write gaps in ms: %s", writer.kills(), writer.gapsMillis());
            writer.verify();
            assertThat(writer.gapsMillis()).allMatch(gap -> gap < 4_000);
        }
    }
}
