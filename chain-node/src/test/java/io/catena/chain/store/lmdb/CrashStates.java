package io.catena.chain.store.lmdb;

import io.catena.chain.store.lmdb.Recording.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// What a disk may hold after a crash at some moment of a [Recording]: everything that was flushed
/// before, and of what was written since any part, in blocks, in any order; and of the files whose
/// names were not flushed any. To be asked for moments in their order.
final class CrashStates {
    private final List<Event> events;
    private final Path recorded;
    private final Map<String, Image> durable = new HashMap<>();
    private final Set<String> durableNames = new HashSet<>();
    private final List<Recording.Write> pending = new ArrayList<>();
    private final Set<String> pendingNames = new HashSet<>();
    private int taken;
    private final List<Event> running = new ArrayList<>();

    /// A file's content.
    private static final class Image {
        private byte[] bytes = new byte[0];

        void write(long offset, byte[] from, int at, int count) {
            int end = Math.toIntExact(offset + count);
            if (end > bytes.length) {
                bytes = Arrays.copyOf(bytes, end);
            }
            System.arraycopy(from, at, bytes, (int) offset, count);
        }

        Image copy() {
            Image copy = new Image();
            copy.bytes = bytes.clone();
            return copy;
        }
    }

    CrashStates(List<Event> events, Path recorded) {
        this.events = events.stream().sorted(
                java.util.Comparator.comparingLong(Event::start)).toList();
        this.recorded = recorded;
    }

    /// Writes one of the states after a crash at `line` into `directory`; returns how many writes
    /// were in doubt.
    int write(long line, Random random, Path directory) throws IOException {
        advance(line);
        Map<String, Image> images = new HashMap<>();
        durable.forEach((file, image) -> images.put(file, image.copy()));
        double kept = List.of(0.0, 0.1, 0.5, 0.9, 1.0).get(random.nextInt(5));
        int block = random.nextBoolean() ? 512 : 4_096;
        for (Recording.Write write : pending) {
            lose(write, images.computeIfAbsent(write.file(), _ -> new Image()), kept, block,
                    random);
        }
        Set<String> names = new HashSet<>(durableNames);
        pendingNames.stream().filter(_ -> random.nextBoolean()).forEach(names::add);
        for (String name : names) {
            byte[] bytes = images.getOrDefault(name, new Image()).bytes;
            Files.write(directory.resolve(recorded.relativize(Path.of(name)).toString()), bytes);
        }
        return pending.size();
    }

    /// Some blocks of a write are there, others are not.
    private static void lose(
            Recording.Write write, Image image, double kept, int block, Random random) {
        int at = 0;
        while (at < write.bytes().length) {
            long into = (write.offset() + at) % block;
            int count = (int) Math.min(block - into, write.bytes().length - at);
            if (random.nextDouble() < kept) {
                image.write(write.offset() + at, write.bytes(), at, count);
            }
            at += count;
        }
    }

    /// Takes in what was done before `line`, in the order in which it was done.
    private void advance(long line) {
        while (taken < events.size() && events.get(taken).start() < line) {
            Event event = events.get(taken++);
            running.add(event);
            if (event instanceof Recording.Write write) {
                pending.add(write);
            } else if (event instanceof Recording.Create create) {
                pendingNames.add(create.file());
            }
        }
        List<Event> done = running.stream().filter(event -> event.end() < line)
                .sorted(java.util.Comparator.comparingLong(Event::end)).toList();
        running.removeAll(done);
        done.forEach(this::done);
    }

    private void done(Event event) {
        switch (event) {
            case Recording.Write write when write.synced() -> settle(write.file(),
                    Long.MAX_VALUE, write);
            case Recording.Flush flush when flush.file().equals(recorded.toString()) -> {
                durableNames.addAll(pendingNames);
                pendingNames.clear();
            }
            case Recording.Flush flush -> settle(flush.file(), flush.start(), null);
            case Recording.Write _, Recording.Create _, Recording.Said _ -> { }
            case Recording.Truncate truncate -> {
                if (!truncate.file().endsWith("lock.mdb")) {
                    throw new AssertionError("the store truncates " + truncate.file());
                }
            }
        }
    }

    /// Writes to `file` that were done before `line`, or the one named, are durable.
    private void settle(String file, long line, Recording.Write only) {
        Iterator<Recording.Write> writes = pending.iterator();
        while (writes.hasNext()) {
            Recording.Write write = writes.next();
            boolean settled = only != null ? write == only
                    : write.file().equals(file) && write.end() < line;
            if (settled) {
                durable.computeIfAbsent(file, _ -> new Image())
                        .write(write.offset(), write.bytes(), 0, write.bytes().length);
                writes.remove();
            }
        }
    }
}
