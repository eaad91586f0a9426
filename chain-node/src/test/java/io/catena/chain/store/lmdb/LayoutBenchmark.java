package io.catena.chain.store.lmdb;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Where an object's bytes cost least: in its record, or in the data file; and how large a block
/// should be. `scripts/bench-store layout`; docs/decisions/0013 rests on it. Beside the rate it
/// tells what one write costs the machine: bytes that go to the disk, and processor time.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 3)
@Measurement(iterations = 3, time = 4)
public class LayoutBenchmark {
    /// Keys that are overwritten, so that space of the former bytes is used again.
    private static final int KEYS_MAX = 20_000;
    private static final long STORED_BYTES_MAX = 256L << 20;
    private static final long TABLES_BYTES_MAX = 1L << 40;

    @Param({"500", "1000", "2000", "4000", "8000", "16000", "65536", "262144", "1048576",
            "2097152", "4194304"})
    int bodyBytes;

    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong bodyIds = new AtomicLong();
    private byte[] bytes;
    private Bytes value;
    private long keys;
    private Path directory;
    private TestDisk disk;
    private long seq;
    private long deviceBytesBefore;
    private long processorNanosBefore;

    @Setup
    public void open() throws IOException {
        bytes = TestDisk.bytes(bodyBytes, 1);
        value = Bytes.wrap(bytes);
        keys = Math.clamp(STORED_BYTES_MAX / bodyBytes, 1, KEYS_MAX);
        directory = Files.createTempDirectory(Path.of("target"), "layout");
        disk = new TestDisk(directory.resolve("disk"), TestDisk.SETTINGS.withReadGraceMillis(0)
                .withDataBytesMax(TABLES_BYTES_MAX));
    }

    @Setup(Level.Iteration)
    public void mark() throws IOException {
        writes.set(0);
        deviceBytesBefore = deviceBytes();
        processorNanosBefore = processorNanos();
    }

    @TearDown(Level.Iteration)
    public void tell() throws IOException {
        long count = Math.max(1, writes.get());
        System.getLogger("layout").log(System.Logger.Level.INFO,
                "%,d bytes: %,d to the disk and %,d µs of processor time per write".formatted(
                        bodyBytes, (deviceBytes() - deviceBytesBefore) / count,
                        (processorNanos() - processorNanosBefore) / 1_000 / count));
    }

    @TearDown
    public void close() throws IOException {
        disk.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static long deviceBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("write_bytes:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .findFirst().orElseThrow();
    }

    private static long processorNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /// The bytes lie in the record: they go through the log into the index.
    @Benchmark
    public Input inRecord() {
        return store(value, Optional.empty());
    }

    /// The bytes lie in the data file, the record refers to them.
    @Benchmark
    public Input inDataFile() {
        BodyRef ref = disk.stage(bytes, bodyIds.incrementAndGet());
        Input flushed = store(Bytes.EMPTY, Optional.of(ref));
        disk.disk.sweep();
        return flushed;
    }

    private Input store(Bytes inline, Optional<BodyRef> body) {
        Bytes key = Bytes.utf8("bucket/object-%08d".formatted(
                ThreadLocalRandom.current().nextLong(keys)));
        Mutation put = new Mutation.Put(key, Bytes.utf8("tag"), inline, body, false, true);
        CompletableFuture<Input> flushed;
        synchronized (this) {
            seq++;
            flushed = disk.submit(new Effect.Append(TestDisk.update(seq, put)));
            disk.chain.write(new Effect.Apply(seq), _ -> {});
        }
        Input done = flushed.join();
        writes.incrementAndGet();
        return done;
    }
}
