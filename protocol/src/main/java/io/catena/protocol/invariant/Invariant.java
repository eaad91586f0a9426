package io.catena.protocol.invariant;

import java.util.function.Supplier;

/// Assertions that stay on in production. The `assert` keyword depends on a JVM flag, these do not.
public final class Invariant {
    private Invariant() {}

    /// Throws [InvariantViolation] with `message` unless `holds`.
    public static void check(boolean holds, String message) {
        if (!holds) {
            throw new InvariantViolation(message);
        }
    }

    /// As [#check(boolean, String)], for messages that cost something to build.
    public static void check(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new InvariantViolation(message.get());
        }
    }
}
