package io.catena.simulation;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Every answer must be true of one committed state of the chain, between what was served when the
/// request was sent and what was committed when the answer was given. Since these windows follow
/// real time, answers that pass are linearizable over all keys, scans too.
///
/// @param fromSeq served when the request was (first) sent
/// @param throughSeq committed when the answer was given
record AnswerCheck(Truth truth, long fromSeq, long throughSeq) {
    void read(Bytes key, Optional<Version> answer) {
        boolean holds = Truth.within(fromSeq, throughSeq,
                seq -> truth.version(key, seq).equals(answer));
        if (!holds) {
            throw new Violation("read of %s gave %s, which it was at no time from %d through %d: %s"
                    .formatted(key.toUtf8(), answer.map(Version::position), fromSeq, throughSeq,
                            truth.version(key, throughSeq).map(Version::position)));
        }
    }

    /// A weaker read may be late, but never saw what was not committed.
    void weakRead(Bytes key, Optional<Version> answer) {
        new AnswerCheck(truth, 0, throughSeq).read(key, answer);
    }

    void scan(ScanRange range, ClientReply.Page page) {
        boolean holds = Truth.within(fromSeq, throughSeq, seq -> page.equals(page(range, seq)));
        if (!holds) {
            throw new Violation(("scan of '%s' from '%s' gave %s, "
                    + "which was so at no time from %d through %d")
                    .formatted(range.prefix().toUtf8(), range.from().toUtf8(), positions(page),
                            fromSeq, throughSeq));
        }
    }

    void usage(Scopes scopes, Usage answer) {
        boolean holds = Truth.within(
                fromSeq, throughSeq, seq -> truth.usage(scopes, seq).equals(answer));
        if (!holds) {
            throw new Violation("%s were said to come to %s, at no time from %d through %d: %s"
                    .formatted(scopes, answer, fromSeq, throughSeq,
                            truth.usage(scopes, throughSeq)));
        }
    }

    void weakUsage(Scopes scopes, Usage answer) {
        new AnswerCheck(truth, 0, throughSeq).usage(scopes, answer);
    }

    private static List<String> positions(ClientReply.Page page) {
        return page.entries().stream().map(entry -> entry.key().toUtf8()
                + (entry instanceof ScanEntry.Item item ? "=" + item.version().position() : ""))
                .toList();
    }

    private ClientReply.Page page(ScanRange range, long seq) {
        TreeMap<Bytes, Version> state = truth.state(seq);
        Bytes from = range.from().compareTo(range.prefix()) > 0 ? range.from() : range.prefix();
        List<ScanEntry> all = state.tailMap(from, true).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(range.prefix()))
                .<ScanEntry>map(e -> new ScanEntry.Item(e.getKey(), e.getValue())).toList();
        return all.size() <= range.entriesMax()
                ? new ClientReply.Page(all, Optional.empty())
                : new ClientReply.Page(all.subList(0, range.entriesMax()),
                        Optional.of(all.get(range.entriesMax()).key()));
    }

    void stored(ClientMessage.Write write, ClientReply.Stored stored) {
        long seq = stored.position().seq();
        if (seq <= fromSeq || seq > throughSeq) {
            throw new Violation("%s was stored at %d, outside of %d through %d"
                    .formatted(write.requestId(), seq, fromSeq, throughSeq));
        }
        boolean same = truth.at(seq).position().equals(stored.position())
                && truth.at(seq).requestId().equals(write.requestId())
                && truth.at(seq).mutations().equals(write.mutations());
        if (!same) {
            throw new Violation("%s was answered %s, there is %s"
                    .formatted(write, stored, truth.at(seq)));
        }
        for (Condition condition : write.conditions()) {
            if (!holds(condition, seq - 1)) {
                throw new Violation("%s was stored at %d against %s"
                        .formatted(write.requestId(), seq, condition));
            }
        }
    }

    void refused(ClientMessage.Write write, ClientReply.Refused refused) {
        Condition condition = write.conditions().get(refused.conditionIndex());
        boolean holds = Truth.within(fromSeq, throughSeq, seq ->
                !holds(condition, seq) && present(condition, seq) == refused.present());
        if (!holds) {
            throw new Violation("%s was refused for %s, which held from %d through %d"
                    .formatted(write.requestId(), condition, fromSeq, throughSeq));
        }
    }

    private boolean present(Condition condition, long seq) {
        return condition instanceof Condition.PrefixEmpty
                || truth.version(condition.key(), seq).isPresent();
    }

    private boolean holds(Condition condition, long seq) {
        Optional<Version> version = truth.version(condition.key(), seq);
        return switch (condition) {
            case Condition.Absent _ -> version.isEmpty();
            case Condition.Present _ -> version.isPresent();
            case Condition.TagIs c -> version.filter(v -> v.tag().equals(c.tag())).isPresent();
            case Condition.PositionIs c ->
                    version.filter(v -> v.position().equals(c.position())).isPresent();
            case Condition.PrefixEmpty c ->
                    truth.state(seq).keySet().stream().noneMatch(k -> k.startsWith(c.key()));
        };
    }
}
