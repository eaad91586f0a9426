package io.catena.chain.replica;

import io.catena.protocol.chain.Update;
import java.util.Arrays;

/// Updates in order, added at the end, dropped at the start, reached by index; a growing ring,
/// since the log is read by seq all the time.
final class UpdateRing {
    private Update[] slots = new Update[64];
    private int start;
    private int size;

    void addLast(Update update) {
        if (size == slots.length) {
            Update[] larger = new Update[slots.length * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = get(i);
            }
            slots = larger;
            start = 0;
        }
        slots[(start + size++) & (slots.length - 1)] = update;
    }

    Update get(int index) {
        return slots[(start + index) & (slots.length - 1)];
    }

    Update removeFirst() {
        Update first = slots[start];
        slots[start] = null;
        start = (start + 1) & (slots.length - 1);
        size--;
        return first;
    }

    int size() {
        return size;
    }

    void clear() {
        Arrays.fill(slots, null);
        start = 0;
        size = 0;
    }
}
