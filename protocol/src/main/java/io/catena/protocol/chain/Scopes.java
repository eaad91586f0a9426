package io.catena.protocol.chain;

import java.util.List;
import java.util.Optional;

/// Scopes of [Charge]s whose sums are wanted together, as they stood at one position.
///
/// @param ranges disjoint and in order, at most [#RANGES_MAX]
public record Scopes(List<Range> ranges) {
    public static final int RANGES_MAX = 64;

    /// Scopes from `first` through `last`, none of them negative.
    public record Range(long first, long last) {
        public Range {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException("scopes %d through %d".formatted(first, last));
            }
        }
    }

    public Scopes {
        ranges = List.copyOf(ranges);
        if (ranges.size() > RANGES_MAX) {
            throw new IllegalArgumentException(ranges.size() + " ranges of scopes");
        }
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i - 1).last() >= ranges.get(i).first()) {
                throw new IllegalArgumentException("ranges of scopes out of order");
            }
        }
    }

    /// One scope.
    public static Scopes of(long scope) {
        return new Scopes(List.of(new Range(scope, scope)));
    }

    public boolean holds(long scope) {
        for (Range range : ranges) {
            if (scope >= range.first() && scope <= range.last()) {
                return true;
            }
        }
        return false;
    }

    /// What a version counts for in these scopes.
    public Usage of(Optional<Version> version) {
        return version.flatMap(Version::charge).filter(charge -> holds(charge.scope()))
                .map(Charge::usage).orElse(Usage.NONE);
    }
}
