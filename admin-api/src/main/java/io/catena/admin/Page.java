package io.catena.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/// A page of something that is kept in order: at most `limit` items with names behind `after`; the
/// answer's `next`, if any, is the next page's `after`.
final class Page {
    private static final int ITEMS_MAX = 1_000;

    private Page() {}

    /// How a kind of name is written, and read.
    ///
    /// @param <K> names
    record Naming<K>(Function<K, String> write, Function<String, K> read) {
        static final Naming<String> TEXT = new Naming<>(text -> text, text -> text);
    }

    /// @throws AdminException INVALID_ARGUMENT
    static <K, T> JsonObject of(AdminRequest request, SortedMap<K, T> all, Naming<K> naming,
            Function<T, JsonObject> shape) {
        int most = limit(request);
        Optional<K> after = request.query().get("after").map(text -> read(naming, text));
        List<Map.Entry<K, T>> shown = after.map(all::tailMap).orElse(all).entrySet().stream()
                .filter(entry -> !after.equals(Optional.of(entry.getKey())))
                .limit(most + 1L).toList();
        JsonArray items = new JsonArray();
        shown.stream().limit(most).forEach(entry -> items.add(shape.apply(entry.getValue())));
        JsonObject page = new JsonObject().put("items", items);
        return shown.size() <= most ? page
                : page.put("next", naming.write.apply(shown.get(most - 1).getKey()));
    }

    private static int limit(AdminRequest request) {
        String text = request.query().get("limit").orElse(Integer.toString(ITEMS_MAX));
        if (text.matches("[0-9]{1,4}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= ITEMS_MAX) {
                return limit;
            }
        }
        throw AdminError.INVALID_ARGUMENT.exception("limit is 1 to " + ITEMS_MAX + ".");
    }

    private static <K> K read(Naming<K> naming, String text) {
        try {
            return naming.read.apply(text);
        } catch (IllegalArgumentException _) {
            throw AdminError.INVALID_ARGUMENT.exception("after names nothing.");
        }
    }
}
