package io.catena.admin;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/// The fields of a request's body. Unknown ones are refused: a misspelt wish must not be taken for
/// none.
record Fields(JsonObject body) {
    static final Fields NONE = new Fields(new JsonObject());

    /// @throws AdminException INVALID_ARGUMENT
    void only(String... known) {
        Set<String> names = Set.of(known);
        body.fieldNames().stream().filter(name -> !names.contains(name)).findFirst()
                .ifPresent(name -> {
                    throw AdminError.INVALID_ARGUMENT.exception("There is no field " + name + ".");
                });
    }

    /// @param form that a given text must have
    /// @param described for who gave another one
    /// @throws AdminException INVALID_ARGUMENT
    Optional<String> text(String name, Pattern form, String described) {
        if (!body.containsKey(name)) {
            return Optional.empty();
        }
        if (body.getValue(name) instanceof String text && form.matcher(text).matches()) {
            return Optional.of(text);
        }
        throw AdminError.INVALID_ARGUMENT.exception(name + " must be " + described + ".");
    }

    /// @throws AdminException INVALID_ARGUMENT
    OptionalInt number(String name, int least, int most) {
        if (!body.containsKey(name)) {
            return OptionalInt.empty();
        }
        if (body.getValue(name) instanceof Integer number && number >= least && number <= most) {
            return OptionalInt.of(number);
        }
        throw AdminError.INVALID_ARGUMENT.exception(
                name + " must be a number from " + least + " to " + most + ".");
    }

    /// @throws AdminException INVALID_ARGUMENT
    Optional<Boolean> flag(String name) {
        if (!body.containsKey(name)) {
            return Optional.empty();
        }
        if (body.getValue(name) instanceof Boolean flag) {
            return Optional.of(flag);
        }
        throw AdminError.INVALID_ARGUMENT.exception(name + " must be true or false.");
    }
}
