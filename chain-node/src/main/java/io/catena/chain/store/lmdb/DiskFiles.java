package io.catena.chain.store.lmdb;

import io.catena.chain.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The files of a disk, locked while this is open: LMDB's `data.mdb` and `lock.mdb`, `bodies.dat`,
/// and `disk.lock`, which one process holds. What was not believed lies in `aside-1`, `aside-2`, …
final class DiskFiles implements AutoCloseable {
    private static final List<String> STORED =
            List.of(LmdbDisk.INDEX_FILE, "lock.mdb", "bodies.dat");

    private static final String LOCK_FILE = "disk.lock";

    private final Path directory;
    private final FileChannel lock;
    private long probes;

    private DiskFiles(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /// @throws StoreException when another process has the disk
    static DiskFiles lock(Path directory) throws IOException {
        makeDirectory(directory.toAbsolutePath());
        FileChannel channel = FileChannel.open(directory.resolve(LOCK_FILE),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new DiskFiles(directory, channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(directory, e);
        }
        channel.close();
        throw inUse(directory, null);
    }

    private static StoreException inUse(Path directory, Throwable cause) {
        return new StoreException(
                "the disk at " + directory + " is in use by a running server", cause);
    }

    /// The names of new directories must be as durable as what will be in them.
    private static void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            makeDirectory(directory.getParent());
            Files.createDirectory(directory);
            flush(directory.getParent());
        }
    }

    private static void flush(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// The names of new files must be as durable as what will be in them.
    void flushNames() throws IOException {
        flush(directory);
    }

    /// Writes the lock's time, durably: that needs no room, and means nothing. One call at a time.
    void probe() throws IOException {
        Files.setLastModifiedTime(
                directory.resolve(LOCK_FILE), FileTime.from(++probes, TimeUnit.SECONDS));
        lock.force(true);
    }

    Path directory() {
        return directory;
    }

    Path index() {
        return directory.resolve(LmdbDisk.INDEX_FILE);
    }

    Path bodies() {
        return directory.resolve("bodies.dat");
    }

    /// Moves everything that is stored out of the way; nothing is deleted.
    ///
    /// @return where it is now
    Path setAside() throws IOException {
        int number = 1;
        while (Files.exists(directory.resolve("aside-" + number))) {
            number++;
        }
        Path aside = directory.resolve("aside-" + number);
        Files.createDirectory(aside);
        // LMDB's file first: without it the others are nobody's, were this broken off here.
        for (String name : STORED) {
            if (Files.exists(directory.resolve(name))) {
                Files.move(directory.resolve(name), aside.resolve(name),
                        StandardCopyOption.ATOMIC_MOVE);
                flush(aside);
                flush(directory);
            }
        }
        return aside;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
