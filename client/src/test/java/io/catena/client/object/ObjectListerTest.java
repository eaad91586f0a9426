package io.catena.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ReadLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
