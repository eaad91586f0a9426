package io.catena.client.object;

import java.util.Optional;

/// A conditional write, judged by the chain's head together with the write itself.
public sealed interface PutCondition {
    /// Whatever is there.
    record None() implements PutCondition {}

    /// If-None-Match: * — only if the key holds nothing.
    record IfAbsent() implements PutCondition {}

    /// If-Match — only over the object with this ETag (without quotes); empty: over any object.
    record IfMatch(Optional<String> etag) implements PutCondition {}

    PutCondition NONE = new None();
}
