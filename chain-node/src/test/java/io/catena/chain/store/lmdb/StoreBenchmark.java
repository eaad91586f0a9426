package io.catena.chain.store.lmdb;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What the store does in a second, each figure beside what the machine can do without the store;
/// run by `scripts/bench-store`, the number of threads is the number of writers or readers.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 3, time = 3)
public class StoreBenchmark {
    private static final int KEYS = 100_000;
    private static final int KEYS_AT_ONCE = 1_000;
    private static final int VALUE_BYTES = 250;
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4_096;

    private final AtomicLong blocks = new AtomicLong();
    private final byte[] block = TestDisk.bytes(BLOCK_BYTES, 1);
    private final byte[] value = TestDisk.bytes(VALUE_BYTES, 2);
    private final String text = "v".repeat(VALUE_BYTES);
    private Path directory;
    private TestDisk disk;
    private Tables raw;
    private FileChannel file;
    private long seq;
    private long rawKey;
    private long fileBytes;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory(Path.of("target"), "bench");
        disk = new TestDisk(directory.resolve("disk"),
                TestDisk.SETTINGS.withReadGraceMillis(0).withDataBytesMax(1L << 40));
        while (seq < KEYS / KEYS_AT_ONCE) {
            long first = seq++ * KEYS_AT_ONCE;
            disk.store(seq, LongStream.range(first, first + KEYS_AT_ONCE)
                    .mapToObj(number -> TestDisk.put(key(number), text))
                    .toArray(Mutation[]::new));
        }
        raw = Tables.open(Files.createDirectory(directory.resolve("raw")), TestDisk.SETTINGS);
        Tx tx = raw.write();
        for (long number = 0; number < KEYS; number++) {
            raw.outcomes.put(tx, Keys.of(7, number), value);
        }
        tx.txn().commit();
        file = FileChannel.open(directory.resolve("file"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
    }

    @TearDown
    public void close() throws IOException {
        disk.close();
        raw.close();
        file.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static String key(long number) {
        return "bucket/object-%08d".formatted(number);
    }

    /// An update of one small record, durable in the log and moved into the index.
    @Benchmark
    public Input commitSmall() {
        CompletableFuture<Input> flushed;
        synchronized (this) {
            seq++;
            flushed = disk.submit(new Effect.Append(TestDisk.update(
                    seq, TestDisk.put(key(seq % KEYS), text))));
            disk.chain.write(new Effect.Apply(seq), _ -> {});
        }
        return flushed.join();
    }

    /// LMDB alone: one record of that size, one commit.
    @Benchmark
    public synchronized void rawCommit() {
        Tx tx = raw.write();
        try {
            raw.log.put(tx, Keys.of(7, rawKey++), value);
            tx.txn().commit();
        } finally {
            tx.txn().close();
        }
    }

    /// The file system alone: a page and fdatasync.
    @Benchmark
    public synchronized void rawPageFlush() throws IOException {
        append(block, PAGE_BYTES);
    }

    private void append(byte[] bytes, int count) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes, 0, count);
        while (out.hasRemaining()) {
            fileBytes += file.write(out, fileBytes);
        }
        file.force(false);
    }

    /// A body of 1 MiB staged and named by a durable update; the one before it is freed.
    @Benchmark
    public Input writeBlock() {
        long id = blocks.incrementAndGet();
        BodyRef ref = disk.stage(block, id);
        CompletableFuture<Input> flushed;
        synchronized (this) {
            seq++;
            flushed = disk.submit(new Effect.Append(TestDisk.update(
                    seq, TestDisk.put("block" + id % 64, "v", ref))));
            disk.chain.write(new Effect.Apply(seq), _ -> {});
        }
        disk.disk.sweep();
        return flushed.join();
    }

    /// The file system alone: 1 MiB and fdatasync, over 64 MiB of the file.
    @Benchmark
    public synchronized void rawBlockFlush() throws IOException {
        fileBytes = fileBytes % (64L * BLOCK_BYTES) / BLOCK_BYTES * BLOCK_BYTES;
        append(block, BLOCK_BYTES);
    }

    @Benchmark
    public Input.DiskRead read() {
        long number = ThreadLocalRandom.current().nextLong(KEYS);
        return disk.chain.read(new Effect.ReadValue(1, Bytes.utf8(key(number))));
    }

    /// LMDB alone: a read transaction and one look-up of a record of that size.
    @Benchmark
    public byte[] rawRead() {
        byte[] key = Keys.of(7, ThreadLocalRandom.current().nextLong(KEYS));
        return raw.read(tx -> raw.outcomes.raw(tx, key).orElseThrow());
    }
}
