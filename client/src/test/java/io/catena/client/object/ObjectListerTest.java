package io.catena.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObjectListerTest {
    private final StorageFixture test = new StorageFixture();

    @AfterEach
    void close() {
        test.close();
    }

    private Listing list(String prefix, Bytes after, String delimiter, int most) {
        return test.await(() -> test.storage.list(test.bucket,
                new ListingRequest(Bytes.utf8(prefix), after, Bytes.utf8(delimiter), most),
                ReadLevel.STRONG));
    }

    @Test
    void shouldListLikeASimpleModel() {
        Random random = new Random(4);
        TreeSet<String> keys = new TreeSet<>();
        for (int i = 0; i < 120; i++) {
            StringBuilder key = new StringBuilder();
            for (int part = random.nextInt(1, 6); part > 0; part--) {
                key.append(List.of("a", "b", "/", "c").get(random.nextInt(4)));
            }
            keys.add(key.toString());
            test.put(key.toString(), new byte[1]);
        }
        for (int round = 0; round < 100; round++) {
            test.chains.pageEntriesMax = random.nextInt(1, 20);
            String prefix = List.of("", "a", "a/", "b/b").get(random.nextInt(4));
            String delimiter = List.of("", "/", "b", "a/").get(random.nextInt(4));
            String after = List.of("", "a", "a/", "b/a", "c").get(random.nextInt(5));
            assertThat(pages(prefix, after, delimiter, random.nextInt(1, 15)))
                    .isEqualTo(expected(keys, prefix, after, delimiter));
        }
    }

    private List<String> pages(String prefix, String after, String delimiter, int most) {
        List<String> lines = new ArrayList<>();
        Bytes from = Bytes.utf8(after);
        while (true) {
            Listing page = list(prefix, from, delimiter, most);
            assertThat(page.entries().size()).isLessThanOrEqualTo(most);
            page.entries().forEach(entry -> lines.add(entry.key().toUtf8()));
            if (page.next().isEmpty()) {
                return lines;
            }
            assertThat(page.entries()).hasSize(most);
            from = page.next().get();
        }
    }

    private static List<String> expected(
            TreeSet<String> keys, String prefix, String after, String delimiter) {
        TreeSet<String> lines = new TreeSet<>();
        for (String key : keys) {
            int at = delimiter.isEmpty() || !key.startsWith(prefix)
                    ? -1 : key.indexOf(delimiter, prefix.length());
            String line = at < 0 ? key : key.substring(0, at + delimiter.length());
            if (key.startsWith(prefix) && line.compareTo(after) > 0) {
                lines.add(line);
            }
        }
        return List.copyOf(lines);
    }

    /// As after a move: the chain that a shard was on still has its records.
    @Test
    void shouldShowWhatTheMapSaysAndNoCopies() {
        TreeSet<String> keys = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            keys.add("d" + i % 7 + "/" + i);
            test.put("d" + i % 7 + "/" + i, new byte[1]);
        }
        test.put("e/only", new byte[1]);
        List<TreeMap<Bytes, Version>> both = List.copyOf(test.chains.records.values());
        TreeMap<Bytes, Version> first = new TreeMap<>(both.get(0));
        both.get(0).putAll(both.get(1));
        both.get(1).putAll(first);
        test.await(() -> test.storage.delete(
                test.bucket, Bytes.utf8("e/only"), Optional.empty()));

        assertThat(pages("", "", "", 7)).isEqualTo(List.copyOf(keys));
        assertThat(pages("", "", "/", 3)).isEqualTo(expected(keys, "", "", "/"));
        assertThat(test.await(() -> test.storage.usage(test.bucket, ReadLevel.STRONG)))
                .isEqualTo(new Usage(40, 40, 40));
    }

    @Test
    void shouldMakeAPageAnewWhenTheMapHasChanged() {
        for (int i = 0; i < 20; i++) {
            test.put("k" + i, new byte[1]);
        }
        // Before the page is read the two shards change places.
        test.chains.beforeScan = () -> {
            test.chains.beforeScan = () -> { };
            List<TreeMap<Bytes, Version>> both = List.copyOf(test.chains.records.values());
            TreeMap<Bytes, Version> first = new TreeMap<>(both.get(0));
            both.get(0).clear();
            both.get(0).putAll(both.get(1));
            both.get(1).clear();
            both.get(1).putAll(first);
            test.buckets.turnAround();
        };
        assertThat(list("", Bytes.EMPTY, "", 100).entries()).hasSize(20);
        assertThat(test.await(() -> test.storage.usage(test.bucket, ReadLevel.STRONG)))
                .isEqualTo(new Usage(20, 20, 20));
    }

    @Test
    void shouldShowWhatListingsNeed() {
        test.put("key", new byte[3_000]);
        Listing.ObjectEntry entry =
                (Listing.ObjectEntry) list("", Bytes.EMPTY, "", 10).entries().getFirst();
        assertThat(entry.sizeBytes()).isEqualTo(3_000);
        assertThat(entry.etag()).isEqualTo("etag-3000");
        assertThat(entry.modifiedMillis()).isEqualTo(test.nowMillis);
        assertThat(entry.checksum()).isPresent();
        assertThat(list("", Bytes.EMPTY, "", 0).entries()).isEmpty();
    }
}
