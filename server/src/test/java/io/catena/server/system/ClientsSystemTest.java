package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The clients that people use, from Debian: what one stores must come back unharmed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientsSystemTest {
    private static final Duration COMMAND_MAX = Duration.ofMinutes(3);
    private static final int LARGE_BYTES = 40_000_000;

    private LocalCluster cluster;
    private Path tree;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        cluster = LocalCluster.up(LocalCluster.emptyDirectory("clients"), 3);
        tree = temporary.resolve("tree");
        Files.createDirectories(tree.resolve("below/ä b+c"));
        byte[] bytes = new byte[LARGE_BYTES];
        new Random(7).nextBytes(bytes);
        Files.write(tree.resolve("large"), bytes);
        Files.writeString(tree.resolve("below/ä b+c/100%&=?.txt"), "odd names");
        Files.writeString(tree.resolve("empty"), "");
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private Shell shell(Map<String, String> more) {
        return new Shell(cluster.directory, new HashMap<>(more));
    }

    private String environment(String name) {
        return cluster.environment.get(name);
    }

    private void same(Path back) {
        assertThat(shell(Map.of()).run(COMMAND_MAX, "diff", "-r", tree.toString(),
                back.toString())).isEmpty();
    }

    @Test
    void shouldServeRclone() {
        Shell rclone = shell(Map.of("RCLONE_CONFIG_C_TYPE", "s3",
                "RCLONE_CONFIG_C_PROVIDER", "Other",
                "RCLONE_CONFIG_C_ACCESS_KEY_ID", environment("AWS_ACCESS_KEY_ID"),
                "RCLONE_CONFIG_C_SECRET_ACCESS_KEY", environment("AWS_SECRET_ACCESS_KEY"),
                "RCLONE_CONFIG_C_ENDPOINT", cluster.endpoints.getFirst(),
                "RCLONE_CA_CERT", environment("AWS_CA_BUNDLE"),
                "AWS_CA_BUNDLE", ""));
        Path back = cluster.directory.resolve("rclone-back");

        rclone.run(COMMAND_MAX, "rclone", "mkdir", "c:rclone");
        rclone.run(COMMAND_MAX, "rclone", "copy", "--s3-upload-cutoff", "10M",
                "--s3-chunk-size", "8M", tree.toString(), "c:rclone/tree");
        rclone.run(COMMAND_MAX, "rclone", "check", tree.toString(), "c:rclone/tree");
        rclone.run(COMMAND_MAX, "rclone", "copy", "c:rclone/tree", back.toString());
        same(back);
        rclone.run(COMMAND_MAX, "rclone", "purge", "c:rclone");
    }

    @Test
    void shouldServeRestic() {
        Shell restic = shell(Map.of("RESTIC_PASSWORD", "test",
                "RESTIC_REPOSITORY", "s3:" + cluster.endpoints.get(1) + "/restic",
                "AWS_ACCESS_KEY_ID", environment("AWS_ACCESS_KEY_ID"),
                "AWS_SECRET_ACCESS_KEY", environment("AWS_SECRET_ACCESS_KEY")));
        String authority = environment("AWS_CA_BUNDLE");
        Path back = cluster.directory.resolve("restic-back");

        restic.run(COMMAND_MAX, "restic", "--cacert", authority, "init");
        restic.run(COMMAND_MAX, "restic", "--cacert", authority, "backup", tree.toString());
        restic.run(COMMAND_MAX, "restic", "--cacert", authority, "check", "--read-data");
        restic.run(COMMAND_MAX, "restic", "--cacert", authority, "restore", "latest",
                "--target", back.toString());
        same(back.resolve(tree.toString().substring(1)));
    }

    @Test
    void shouldServeS3cmd() {
        String host = cluster.endpoints.get(2).substring("https://".length());
        String[] common = {"s3cmd", "--access_key=" + environment("AWS_ACCESS_KEY_ID"),
            "--secret_key=" + environment("AWS_SECRET_ACCESS_KEY"), "--host=" + host,
            "--host-bucket=" + host, "--ca-certs=" + environment("AWS_CA_BUNDLE"),
            "--region=us-east-1", "--no-progress"};
        Path back = cluster.directory.resolve("s3cmd-back");

        s3cmd(common, "mb", "s3://s3cmd");
        s3cmd(common, "sync", "--multipart-chunk-size-mb=8", tree + "/", "s3://s3cmd/tree/");
        s3cmd(common, "cp", "s3://s3cmd/tree/large", "s3://s3cmd/copy");
        assertThat(s3cmd(common, "ls", "s3://s3cmd")).contains("s3://s3cmd/copy");
        assertThat(back.toFile().mkdirs()).isTrue();
        s3cmd(common, "sync", "s3://s3cmd/tree/", back + "/");
        same(back);
        s3cmd(common, "del", "-r", "-f", "s3://s3cmd/");
        s3cmd(common, "rb", "s3://s3cmd");
    }

    private String s3cmd(String[] common, String... more) {
        String[] all = java.util.Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return shell(Map.of("AWS_CA_BUNDLE", "", "LC_ALL", "C.UTF-8"))
                .run(COMMAND_MAX, all);
    }
}
