package io.catena.head;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Judges a write's conditions against the newest versions that the head holds, dirty ones too.
final class Preconditions {
    private Preconditions() {}

    /// Empty when all hold, else the first refusal, or what must be looked up first.
    static Optional<Admission> judge(List<Condition> conditions, Resolver resolver) {
        Admission.Unresolved unresolved = unresolved(conditions, resolver);
        if (!unresolved.keys().isEmpty() || !unresolved.prefixes().isEmpty()) {
            return Optional.of(unresolved);
        }
        for (int index = 0; index < conditions.size(); index++) {
            Optional<Admission> refusal = judge(index, conditions.get(index), resolver);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private static Admission.Unresolved unresolved(List<Condition> conditions, Resolver resolver) {
        List<Bytes> keys = new ArrayList<>();
        List<Bytes> prefixes = new ArrayList<>();
        for (Condition condition : conditions) {
            if (condition instanceof Condition.PrefixEmpty) {
                if (resolver.prefix(condition.key()) instanceof Resolver.PrefixState.Unknown) {
                    prefixes.add(condition.key());
                }
            } else if (resolver.newest(condition.key()).isEmpty()) {
                keys.add(condition.key());
            }
        }
        return new Admission.Unresolved(keys, prefixes);
    }

    private static Optional<Admission> judge(int index, Condition condition, Resolver resolver) {
        return switch (condition) {
            case Condition.Absent c -> {
                Newest newest = known(resolver, c.key());
                yield refuseUnless(!newest.present(), index, newest);
            }
            case Condition.Present c -> {
                Newest newest = known(resolver, c.key());
                yield refuseUnless(newest.present(), index, newest);
            }
            case Condition.TagIs c -> {
                Newest newest = known(resolver, c.key());
                yield refuseUnless(newest.present() && newest.tag().equals(c.tag()), index, newest);
            }
            case Condition.PositionIs c -> {
                Newest newest = known(resolver, c.key());
                yield refuseUnless(
                        newest.present() && newest.position().equals(c.position()), index, newest);
            }
            case Condition.PrefixEmpty c -> switch (resolver.prefix(c.key())) {
                case Resolver.PrefixState.Held held ->
                        Optional.of(new Admission.Refused(index, true, held.restsOnSeq()));
                case Resolver.PrefixState.Empty _ -> Optional.empty();
                case Resolver.PrefixState.Unknown _ ->
                        throw new IllegalStateException("prefix was resolved before");
            };
        };
    }

    private static Newest known(Resolver resolver, Bytes key) {
        return resolver.newest(key).orElseThrow();
    }

    private static Optional<Admission> refuseUnless(boolean holds, int index, Newest newest) {
        return holds
                ? Optional.empty()
                : Optional.of(new Admission.Refused(index, newest.present(), newest.seq()));
    }
}
