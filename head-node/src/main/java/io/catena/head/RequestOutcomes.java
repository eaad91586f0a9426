package io.catena.head;

import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.invariant.Invariant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Where recent requests stand in the log, so that a retry gets the first answer and is not applied
/// twice, also by another head. Every replica keeps it, in the order of the log: it is part of the
/// replicated state. Bounded: the oldest make room.
public final class RequestOutcomes {
    private record Entry(RequestId requestId, Position position) {}

    private final int entriesMax;
    private final ArrayDeque<Entry> bySeq = new ArrayDeque<>();
    private final TreeMap<RequestId, Position> byRequest = new TreeMap<>();

    /// @param entriesMax more: retries are recognised for longer; each costs about 150 bytes of
    ///     heap
    public RequestOutcomes(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    public Optional<Position> find(RequestId requestId) {
        return Optional.ofNullable(byRequest.get(requestId));
    }

    /// Takes the outcome of the next update; positions only grow.
    public void add(RequestId requestId, Position position) {
        Invariant.check(bySeq.isEmpty() || bySeq.getLast().position().seq() < position.seq(),
                () -> "outcomes come in the order of the log, got " + position + " behind "
                        + bySeq.getLast());
        bySeq.addLast(new Entry(requestId, position));
        byRequest.put(requestId, position);
        if (bySeq.size() > entriesMax) {
            Entry oldest = bySeq.removeFirst();
            byRequest.remove(oldest.requestId(), oldest.position());
        }
    }

    /// Forgets what lies behind `seq`: those updates are no longer part of the log.
    public void truncate(long seq) {
        while (!bySeq.isEmpty() && bySeq.getLast().position().seq() > seq) {
            Entry last = bySeq.removeLast();
            byRequest.remove(last.requestId(), last.position());
        }
    }

    public void clear() {
        bySeq.clear();
        byRequest.clear();
    }

    /// What is kept, oldest first, from after `seq` through `throughSeq`, at most `most`.
    public List<Outcome> after(long seq, long throughSeq, int most) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Entry entry : bySeq) {
            long at = entry.position().seq();
            if (at > seq && at <= throughSeq && outcomes.size() < most) {
                outcomes.add(new Outcome(entry.requestId(), entry.position()));
            }
        }
        return outcomes;
    }

    public int size() {
        return bySeq.size();
    }

    /// A request and where it stands.
    public record Outcome(RequestId requestId, Position position) {}
}
