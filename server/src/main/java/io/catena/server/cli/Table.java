package io.catena.server.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Rows with aligned columns.
record Table(List<List<String>> rows) {
    private static final String GAP = "  ";

    Table {
        rows = List.copyOf(rows);
    }

    /// A line for each field.
    static Table ofFields(JsonObject object) {
        return new Table(object.stream()
                .map(field -> List.of(title(field.getKey()), text(field.getValue()))).toList());
    }

    /// A line for each item, below titles.
    static Table ofItems(List<String> columns, JsonArray items) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(columns.stream().map(Table::title).toList());
        items.stream().map(JsonObject.class::cast).forEach(item -> rows.add(
                columns.stream().map(column -> text(item.getValue(column))).toList()));
        return new Table(rows);
    }

    /// `displayName` is shown as `DISPLAY NAME`.
    private static String title(String field) {
        return field.replaceAll("([A-Z])", " $1").toUpperCase(Locale.ROOT);
    }

    private static String text(Object value) {
        return switch (value) {
            case null -> "";
            case JsonArray array -> array.stream().map(Table::text)
                    .collect(Collectors.joining(", "));
            case JsonObject object -> object.stream().map(field -> text(field.getValue()))
                    .collect(Collectors.joining(" "));
            default -> printable(String.valueOf(value));
        };
    }

    /// A name must not move the cursor.
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public String toString() {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = IntStream.range(0, columns).map(column -> rows.stream()
                .mapToInt(row -> row.get(column).length()).max().orElse(0)).toArray();
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, row.size())
                .mapToObj(column -> row.get(column)
                        + " ".repeat(widths[column] - row.get(column).length()))
                .collect(Collectors.joining(GAP)).stripTrailing() + '\n';
    }
}
