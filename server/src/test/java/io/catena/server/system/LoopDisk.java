package io.catena.server.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A file system of its own in a file, mounted where a server has a disk; it can be made to hang,
/// to turn read-only and to answer I/O errors. Needs root.
final class LoopDisk implements AutoCloseable {
    private static final Duration SHELL_MAX = Duration.ofSeconds(60);
    /// `EXT4_IOC_SHUTDOWN` with `EXT4_GOING_FLAGS_NOLOGFLUSH`: from now on every call that needs
    /// the disk ends with an I/O error, as when the device is gone.
    private static final String SHUTDOWN = """
            import fcntl, os, struct, sys
            fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))
            """;

    private final Shell shell;
    private final Path image;
    private final Path mounted;

    /// @param image made anew
    LoopDisk(Path image, Path mounted) throws Exception {
        this.image = image;
        this.mounted = Files.createDirectories(mounted);
        this.shell = new Shell(image.getParent(), Map.of());
        run("truncate", "-s", "512M", image.toString());
        run("mkfs.ext4", "-q", image.toString());
        mount();
    }

    private void run(String... command) {
        shell.run(SHELL_MAX, command);
    }

    void mount() {
        run("mount", "-o", "loop,errors=remount-ro", image.toString(), mounted.toString());
    }

    /// Writes neither end nor fail.
    void freeze() {
        run("fsfreeze", "-f", mounted.toString());
    }

    void thaw() {
        run("fsfreeze", "-u", mounted.toString());
    }

    /// The kernel finds the file system at fault, and lets nobody write to it any more. A file
    /// system with files open for writing is turned read-only by this only.
    void turnReadOnly() throws Exception {
        String device = shell.run(SHELL_MAX, "findmnt", "-n", "-o", "SOURCE", mounted.toString())
                .trim().replace("/dev/", "");
        Files.writeString(Path.of("/sys/fs/ext4", device, "trigger_fs_error"), "test");
    }

    void answerErrors() {
        run("python3", "-c", SHUTDOWN, mounted.toString());
    }

    /// Takes the file system away, as soon as nobody has a file of it open, and brings it back
    /// repaired.
    void repair() {
        LocalCluster.await(SHELL_MAX, "the server lets go of the disk", () ->
                shell.outcome(SHELL_MAX, "umount", mounted.toString()).code() == 0);
        Shell.Outcome checked = shell.outcome(SHELL_MAX, "e2fsck", "-f", "-y", image.toString());
        if (checked.code() > 1) {
            throw new AssertionError(List.of(checked.code(), checked.output()).toString());
        }
        mount();
    }

    @Override
    public void close() {
        LocalCluster.await(SHELL_MAX, "nobody has the disk", () ->
                shell.outcome(SHELL_MAX, "umount", mounted.toString()).code() == 0);
    }
}
