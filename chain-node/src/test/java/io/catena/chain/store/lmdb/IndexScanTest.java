package io.catena.chain.store.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Slots;
import io.catena.protocol.chain.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexScanTest {
    @TempDir
    private Path directory;

    /// The index against a map: random keys, overlays, delimiters and page sizes.
    @Test
    void shouldScanLikeASimpleModel() {
        Random random = new Random(3);
        try (TestDisk test = new TestDisk(directory)) {
            TreeMap<Bytes, String> model = new TreeMap<>();
            for (long seq = 1; seq <= 300; seq++) {
                Bytes key = key(random);
                model.put(key, "v" + seq);
                test.append(seq, new Mutation.Put(key, Bytes.EMPTY, Bytes.utf8("v" + seq),
                        Optional.empty(), false, true));
            }
            test.write(new Effect.Apply(300));
            for (int round = 0; round < 300; round++) {
                TreeMap<Bytes, String> merged = new TreeMap<>(model);
                TreeMap<Bytes, Effect.Overlay> overlay = overlay(random, merged);
                Bytes prefix = Bytes.utf8("a/".substring(0, random.nextInt(3)));
                Bytes delimiter = Bytes.utf8(List.of("", "/", "//", "b/").get(random.nextInt(4)));
                Slots slots = random.nextBoolean() ? Slots.ALL : new Slots(random.nextLong());
                merged.keySet().removeIf(key -> !slots.holds(key));
                assertThat(scan(test, prefix, delimiter, slots, overlay, random))
                        .isEqualTo(expected(merged, prefix, delimiter));
            }
        }
    }

    private static Bytes key(Random random) {
        StringBuilder key = new StringBuilder();
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            key.append(List.of("a", "b", "/", "//", "\u007f").get(random.nextInt(5)));
        }
        return Bytes.utf8(key.toString());
    }

    private static TreeMap<Bytes, Effect.Overlay> overlay(
            Random random, TreeMap<Bytes, String> merged) {
        TreeMap<Bytes, Effect.Overlay> overlay = new TreeMap<>();
        for (int i = random.nextInt(40); i > 0; i--) {
            Bytes key = random.nextBoolean() ? key(random)
                    : Optional.ofNullable(merged.ceilingKey(key(random))).orElse(key(random));
            boolean counts = random.nextInt(4) > 0;
            Position position = Position.of(1, counts ? 301 : 300);
            Optional<Version> version = random.nextBoolean() ? Optional.empty()
                    : Optional.of(new Version(position, Bytes.EMPTY, Bytes.utf8("new"),
                            Optional.empty(), false));
            if (overlay.putIfAbsent(key, new Effect.Overlay(position, version)) == null && counts) {
                merged.remove(key);
                version.ifPresent(_ -> merged.put(key, "new"));
            }
        }
        return overlay;
    }

    /// All pages together.
    private static List<String> scan(TestDisk test, Bytes prefix, Bytes delimiter, Slots slots,
            TreeMap<Bytes, Effect.Overlay> overlay, Random random) {
        List<String> lines = new ArrayList<>();
        Optional<Bytes> from = Optional.of(Bytes.EMPTY);
        int entriesMax = random.nextInt(1, 50);
        while (from.isPresent()) {
            ScanRange range = new ScanRange(
                    prefix, from.get(), delimiter, entriesMax, 2, random.nextInt(1, 5_000))
                    .showing(slots, 0);
            Input.Scanned page = (Input.Scanned) test.chain.read(
                    new Effect.ScanIndex(1, range, overlay));
            int least = page.next().isPresent() ? 1 : 0;
            assertThat(page.entries().size()).isBetween(least, entriesMax);
            page.entries().forEach(entry -> lines.add(line(entry)));
            from = page.next();
        }
        return lines;
    }

    private static String line(ScanEntry entry) {
        return switch (entry) {
            case ScanEntry.Item item -> item.key().toUtf8() + "=" + item.version().value().toUtf8();
            case ScanEntry.CommonPrefix common -> common.key().toUtf8() + "...";
        };
    }

    private static List<String> expected(
            TreeMap<Bytes, String> merged, Bytes prefix, Bytes delimiter) {
        List<String> lines = new ArrayList<>();
        merged.forEach((key, value) -> {
            if (!key.startsWith(prefix)) {
                return;
            }
            int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            String line = at < 0 ? key.toUtf8() + "=" + value.substring(0, 2)
                    : key.slice(0, at + delimiter.length()).toUtf8() + "...";
            if (at < 0 || lines.isEmpty() || !lines.getLast().equals(line)) {
                lines.add(line);
            }
        });
        return lines;
    }

    @Test
    void shouldCutAPageAtItsWorkBound() {
        TreeMap<Bytes, Effect.Overlay> deleted = new TreeMap<>();
        for (int i = 0; i < IndexScan.VISITED_MAX + 10; i++) {
            deleted.put(Bytes.utf8("k%06d".formatted(i)),
                    new Effect.Overlay(Position.of(1, 5), Optional.empty()));
        }
        try (TestDisk test = new TestDisk(directory)) {
            Input.Scanned page = (Input.Scanned) test.chain.read(new Effect.ScanIndex(
                    1, ScanRange.all(Bytes.EMPTY, Bytes.EMPTY, 10), deleted));
            assertThat(page.entries()).isEmpty();
            assertThat(page.next()).contains(Bytes.utf8("k%06d".formatted(IndexScan.VISITED_MAX)));
        }
    }
}
