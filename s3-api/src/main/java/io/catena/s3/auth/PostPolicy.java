package io.catena.s3.auth;

import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What the holder of a key lets others upload by form. Source: "Creating an HTML form" and "POST
/// policy" of the S3 API reference.
///
/// @param lengthMin of the file
public record PostPolicy(
        Instant expiration, List<Condition> conditions, long lengthMin, long lengthMax) {
    /// Fields that need no condition.
    private static final Set<String> FREE_FIELDS = Set.of("policy", "x-amz-signature", "file");
    private static final String FREE_PREFIX = "x-ignore-";
    private static final String CONTENT_TYPE = "content-type";

    /// Says what a field must hold.
    sealed interface Condition {
        /// Lower-case.
        String field();

        boolean holds(String value);
    }

    record Equal(String field, String expected) implements Condition {
        @Override
        public boolean holds(String value) {
            return value.equals(expected);
        }
    }

    record StartsWith(String field, String prefix) implements Condition {
        @Override
        public boolean holds(String value) {
            // A list of types must consist of good ones.
            return field.equals(CONTENT_TYPE)
                    ? Arrays.stream(value.split(",")).map(String::strip)
                            .allMatch(each -> each.startsWith(prefix))
                    : value.startsWith(prefix);
        }
    }

    public PostPolicy {
        conditions = List.copyOf(conditions);
    }

    /// @throws S3Exception INVALID_POLICY
    static PostPolicy parse(String base64) {
        try {
            JsonObject policy =
                    new JsonObject(Buffer.buffer(Base64.getDecoder().decode(base64)));
            if (!(policy.getValue("expiration") instanceof String expiration)
                    || !(policy.getValue("conditions") instanceof JsonArray array)) {
                throw invalid("Policy needs expiration and conditions.");
            }
            return of(Instant.parse(expiration), array);
        } catch (IllegalArgumentException | DecodeException | DateTimeException _) {
            throw invalid("Invalid JSON or Base64.");
        }
    }

    private static PostPolicy of(Instant expiration, JsonArray array) {
        List<Condition> conditions = new ArrayList<>();
        long min = 0;
        long max = Long.MAX_VALUE;
        for (Object each : array) {
            switch (each) {
                case JsonObject object -> object.forEach(entry -> conditions.add(new Equal(
                        entry.getKey().toLowerCase(Locale.ROOT), text(entry.getValue()))));
                case JsonArray triple when triple.size() == 3 -> {
                    if (operator(triple).equals("content-length-range")) {
                        min = Math.max(min, number(triple.getValue(1)));
                        max = Math.min(max, number(triple.getValue(2)));
                    } else {
                        conditions.add(condition(triple));
                    }
                }
                case null, default -> throw invalid("Invalid condition.");
            }
        }
        return new PostPolicy(expiration, conditions, min, max);
    }

    private static Condition condition(JsonArray triple) {
        String field = text(triple.getValue(1));
        if (!field.startsWith("$")) {
            throw invalid("A condition names its field with $.");
        }
        String name = field.substring(1).toLowerCase(Locale.ROOT);
        return switch (operator(triple)) {
            case "eq" -> new Equal(name, text(triple.getValue(2)));
            case "starts-with" -> new StartsWith(name, text(triple.getValue(2)));
            default -> throw invalid("Unknown condition.");
        };
    }

    private static String operator(JsonArray triple) {
        return text(triple.getValue(0)).toLowerCase(Locale.ROOT);
    }

    private static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw invalid("Invalid condition.");
    }

    private static long number(Object value) {
        String text = String.valueOf(value);
        if (!text.matches("[0-9]{1,18}")) {
            throw invalid("Invalid content-length-range.");
        }
        return Long.parseLong(text);
    }

    /// @param fields of the form, by lower-case name
    /// @throws S3Exception ACCESS_DENIED
    void check(Map<String, String> fields, String bucket, Instant now) {
        if (expiration.isBefore(now)) {
            throw denied("Policy expired.");
        }
        for (Condition condition : conditions) {
            String value = condition.field().equals("bucket")
                    ? bucket : fields.getOrDefault(condition.field(), "");
            if (!condition.holds(value)) {
                throw denied("Policy Condition failed: " + condition.field());
            }
        }
        Stream<String> needed = fields.keySet().stream()
                .filter(name -> !FREE_FIELDS.contains(name) && !name.startsWith(FREE_PREFIX));
        needed.filter(name -> conditions.stream().noneMatch(each -> each.field().equals(name)))
                .findFirst().ifPresent(name -> {
                    throw denied("Extra input fields: " + name);
                });
    }

    private static S3Exception invalid(String why) {
        return S3Error.INVALID_POLICY.exception("Invalid Policy: " + why);
    }

    private static S3Exception denied(String why) {
        return S3Error.ACCESS_DENIED.exception("Invalid according to Policy: " + why);
    }
}
