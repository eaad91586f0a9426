package io.catena.admin;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// How often an address has failed to authenticate lately. Who guesses is not listened to for the
/// rest of the minute. At most [#ADDRESSES_MAX] are remembered; beyond that the oldest is
/// forgotten, which costs an attacker that many addresses. For one event loop.
final class FailureRate {
    static final int FAILURES_MAX = 30;
    static final int ADDRESSES_MAX = 1_024;
    private static final long WINDOW_MILLIS = 60_000;

    private record Failures(long sinceMillis, int count) {}

    /// Oldest first.
    private final Map<String, Failures> byAddress = new LinkedHashMap<>();

    boolean isExceeded(String address, long nowMillis) {
        Failures failures = byAddress.get(address);
        return failures != null && nowMillis - failures.sinceMillis < WINDOW_MILLIS
                && failures.count >= FAILURES_MAX;
    }

    void add(String address, long nowMillis) {
        Failures known = byAddress.get(address);
        if (known != null && nowMillis - known.sinceMillis < WINDOW_MILLIS) {
            byAddress.put(address, new Failures(known.sinceMillis, known.count + 1));
            return;
        }
        byAddress.remove(address);
        if (byAddress.size() >= ADDRESSES_MAX) {
            Iterator<String> oldest = byAddress.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        byAddress.put(address, new Failures(nowMillis, 1));
    }
}
