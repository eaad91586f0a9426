package io.catena.client.object;

/// A write was refused because another one changed the key's versions since they were looked at, or
/// because the bucket keeps versions by now: nothing happened, and it is to be tried again.
final class KeyChanged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyChanged() {
        super("the key's versions are others than the write counted on", null, false, false);
    }
}
