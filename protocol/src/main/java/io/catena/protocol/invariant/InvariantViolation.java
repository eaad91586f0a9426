package io.catena.protocol.invariant;

/// The program is wrong: something that can never be true was found true. The replica that finds it
/// stops (fail-stop, it leaves its chain) rather than serve doubt.
public final class InvariantViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvariantViolation(String message) {
        super(message);
    }
}
