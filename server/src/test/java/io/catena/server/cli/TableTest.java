package io.catena.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
    private static JsonObject user(String id, String name) {
        return new JsonObject().put("id", id).put("displayName", name);
    }

    @Test
    void shouldAlignColumnsBelowTheirTitles() {
        JsonArray items = new JsonArray().add(user("ada", "Ada L.")).add(user("b", "Bob"));
        assertThat(Table.ofItems(List.of("id", "displayName", "email"), items).toString())
                .isEqualTo("""
                        ID   DISPLAY NAME  EMAIL
                        ada  Ada L.
                        b    Bob
                        """);
        assertThat(Table.ofItems(List.of("id"), new JsonArray()).toString()).isEqualTo("ID\n");
    }

    @Test
    void shouldShowTheFieldsOfOneObject() {
        JsonObject chain = new JsonObject().put("id", "c1").put("members", new JsonArray()
                .add(new JsonObject().put("node", "n1").put("role", "head"))
                .add(new JsonObject().put("node", "n2").put("role", "tail")));
        assertThat(Table.ofFields(chain).toString()).isEqualTo("""
                ID       c1
                MEMBERS  n1 head, n2 tail
                """);
    }

    @Test
    void shouldNotLetANameMoveTheCursor() {
        assertThat(Table.ofFields(user("a", "A\u001b[2J\r\n")).toString())
                .doesNotContain("\u001b").contains("A?[2J??");
    }
}
