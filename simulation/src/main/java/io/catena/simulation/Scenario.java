package io.catena.simulation;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which part of what a seed draws takes place: everything, or less while a failing seed is shrunk.
///
/// @param kindsLeftOut kinds of faults
/// @param faultsLeftOut single faults, by their number in the run
/// @param requestsLeftOut clients' requests, by client and number: see [#request]
/// @param faultsNanosMax when everything heals at the latest
record Scenario(
        SortedSet<String> kindsLeftOut, SortedSet<Integer> faultsLeftOut,
        SortedSet<Long> requestsLeftOut, int clientsMax, int nodesMax, long faultsNanosMax) {
    static final Scenario WHOLE = new Scenario(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(),
            Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    Scenario {
        kindsLeftOut = Collections.unmodifiableSortedSet(kindsLeftOut);
        faultsLeftOut = Collections.unmodifiableSortedSet(faultsLeftOut);
        requestsLeftOut = Collections.unmodifiableSortedSet(requestsLeftOut);
    }

    static long request(int client, long number) {
        return client * 1_000_000L + number;
    }

    boolean plays(String kind, int fault) {
        return !kindsLeftOut.contains(kind) && !faultsLeftOut.contains(fault);
    }

    boolean asks(int client, long number) {
        return !requestsLeftOut.contains(request(client, number));
    }

    Shape of(Shape drawn) {
        int nodes = Math.max(Math.min(drawn.nodes(), nodesMax), drawn.replication());
        return new Shape(nodes, drawn.chains(),
                Math.min(drawn.clients(), clientsMax), drawn.keys(), drawn.hotKeys(),
                drawn.pauseNanosMax(), drawn.delayNanos(), drawn.flushNanos(),
                Math.min(drawn.faultsNanos(), faultsNanosMax), drawn.faultEveryNanos(),
                drawn.replica(), drawn.duty());
    }

    Scenario withoutKind(String kind) {
        TreeSet<String> kinds = new TreeSet<>(kindsLeftOut);
        kinds.add(kind);
        return new Scenario(kinds, faultsLeftOut, requestsLeftOut, clientsMax, nodesMax,
                faultsNanosMax);
    }

    Scenario withoutFault(int fault) {
        TreeSet<Integer> faults = new TreeSet<>(faultsLeftOut);
        faults.add(fault);
        return new Scenario(kindsLeftOut, faults, requestsLeftOut, clientsMax, nodesMax,
                faultsNanosMax);
    }

    Scenario withoutRequests(Iterable<Long> requests) {
        TreeSet<Long> left = new TreeSet<>(requestsLeftOut);
        requests.forEach(left::add);
        return new Scenario(kindsLeftOut, faultsLeftOut, left, clientsMax, nodesMax,
                faultsNanosMax);
    }

    Scenario clients(int most) {
        return new Scenario(kindsLeftOut, faultsLeftOut, requestsLeftOut, most, nodesMax,
                faultsNanosMax);
    }

    Scenario nodes(int most) {
        return new Scenario(kindsLeftOut, faultsLeftOut, requestsLeftOut, clientsMax, most,
                faultsNanosMax);
    }

    Scenario until(long nanos) {
        return new Scenario(kindsLeftOut, faultsLeftOut, requestsLeftOut, clientsMax, nodesMax,
                nanos);
    }
}
