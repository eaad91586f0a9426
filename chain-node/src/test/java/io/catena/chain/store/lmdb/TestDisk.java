package io.catena.chain.store.lmdb;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.store.ChainStore;
import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.Update;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.BodyReply;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A disk under test, with a clock of its own.
final class TestDisk implements AutoCloseable {
    static final ChainId CHAIN = new ChainId(7);
    static final LmdbSettings SETTINGS =
            LmdbSettings.DEFAULTS.withReserveBytes(0).withDataBytesMax(1L << 30);

    final LmdbDisk disk;
    final ChainStore chain;
    long nowMillis = 1_000_000;

    TestDisk(Path directory) {
        this(directory, SETTINGS);
    }

    TestDisk(Path directory, LmdbSettings settings) {
        disk = LmdbDisk.open(directory, settings, () -> nowMillis);
        chain = disk.chain(CHAIN);
    }

    Input write(Effect.DiskWrite write) {
        return submit(write).join();
    }

    CompletableFuture<Input> submit(Effect.DiskWrite write) {
        CompletableFuture<Input> done = new CompletableFuture<>();
        chain.write(write, done::complete);
        return done.orTimeout(20, TimeUnit.SECONDS);
    }

    /// Sweeps and waits until it is done.
    /// Bytes of the index file that hold nothing.
    long freeBytes() {
        return disk.tables().freeBytes();
    }

    void sweep() {
        disk.sweep();
        write(new Effect.Apply(0));
    }

    void append(long seq, Mutation... mutations) {
        submit(new Effect.Append(update(seq, mutations)));
    }

    void store(long seq, Mutation... mutations) {
        append(seq, mutations);
        write(new Effect.Apply(seq));
    }

    Optional<String> value(String key) {
        Input.ValueRead read =
                (Input.ValueRead) chain.read(new Effect.ReadValue(1, Bytes.utf8(key)));
        return read.version().map(version -> version.value().toUtf8());
    }

    BodyRef stage(byte[] bytes, long id) {
        BodyRef ref = ref(bytes, id);
        for (int at = 0; at < bytes.length; at += BodyMessage.CHUNK_BYTES_MAX) {
            BodyReply reply = stage(bytes, id, at);
            if (!(reply instanceof BodyReply.Staged)) {
                throw new AssertionError(reply);
            }
        }
        return ref;
    }

    BodyReply stage(byte[] bytes, long id, int at) {
        ByteBuffer chunk = ByteBuffer.wrap(
                bytes, at, Math.min(BodyMessage.CHUNK_BYTES_MAX, bytes.length - at));
        return disk.bodies().stage(new BodyMessage.Stage(
                CHAIN, new BodyId(1, id), bytes.length, at, PageCrcs.of(chunk)), chunk);
    }

    Optional<byte[]> body(BodyRef ref) {
        byte[] bytes = new byte[ref.lengthBytes()];
        for (int at = 0; at < bytes.length; at += BodyMessage.CHUNK_BYTES_MAX) {
            int count = Math.min(BodyMessage.CHUNK_BYTES_MAX, bytes.length - at);
            var content = disk.bodies().read(new BodyMessage.Read(CHAIN, ref.id(), at, count));
            if (!(content.reply() instanceof BodyReply.Content)) {
                return Optional.empty();
            }
            content.bytes().get(bytes, at, count);
        }
        return Optional.of(bytes);
    }

    @Override
    public void close() {
        disk.close();
    }

    static BodyRef ref(byte[] bytes, long id) {
        return new BodyRef(new BodyId(1, id), bytes.length,
                PageCrcs.whole(PageCrcs.of(ByteBuffer.wrap(bytes))));
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Update update(long seq, Mutation... mutations) {
        return new Update(Position.of(1, seq), new RequestId(3, seq), List.of(mutations));
    }

    /// Counts, in one of a few scopes: whoever opens the disk again compares the sums.
    static Mutation.Put put(String key, String value) {
        return new Mutation.Put(Bytes.utf8(key), Bytes.utf8("tag"), Bytes.utf8(value),
                Optional.empty(), false, true, charge(value));
    }

    private static Optional<Charge> charge(String value) {
        return Optional.of(new Charge(value.length() % 3, 1, 1, value.length()));
    }

    static Mutation.Put put(String key, String value, BodyRef body) {
        return new Mutation.Put(Bytes.utf8(key), Bytes.utf8("tag"), Bytes.utf8(value),
                Optional.of(body), false, true, charge(value));
    }

    static Mutation.Put putReferring(String key, String value) {
        return new Mutation.Put(Bytes.utf8(key), Bytes.utf8("tag"), Bytes.utf8(value),
                Optional.empty(), true, true);
    }

    static Mutation.Delete delete(String key) {
        return new Mutation.Delete(Bytes.utf8(key), true);
    }
}
