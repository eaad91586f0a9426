package io.catena.simulation;

/// A run showed something that must never be.
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String message) {
        super(message);
    }
}
