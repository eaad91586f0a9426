package io.catena.chain.store.lmdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The file that bodies lie in. Positional reads and writes, from any thread, which nobody may
/// interrupt: an interrupt closes the channel, and with it the disk.
final class DataFile implements AutoCloseable {
    private final FileChannel channel;
    private final FileStore fileStore;

    private DataFile(FileChannel channel, FileStore fileStore) {
        this.channel = channel;
        this.fileStore = fileStore;
    }

    static DataFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
        return new DataFile(channel, Files.getFileStore(path));
    }

    void write(long offsetBytes, ByteBuffer bytes) throws IOException {
        ByteBuffer in = bytes.duplicate();
        long at = offsetBytes;
        while (in.hasRemaining()) {
            at += channel.write(in, at);
        }
    }

    /// Reads `count` bytes, or fewer where the file ends.
    ByteBuffer read(long offsetBytes, int count) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(count);
        while (out.hasRemaining()) {
            if (channel.read(out, offsetBytes + out.position()) < 0) {
                break;
            }
        }
        return out.flip();
    }

    /// Returns when everything written before is durable.
    void flush() throws IOException {
        channel.force(false);
    }

    long lengthBytes() throws IOException {
        return channel.size();
    }

    /// Gives what lies behind back to the file system.
    void truncate(long lengthBytes) throws IOException {
        channel.truncate(lengthBytes);
    }

    long usableBytes() throws IOException {
        return fileStore.getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
