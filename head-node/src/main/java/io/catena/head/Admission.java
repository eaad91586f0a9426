package io.catena.head;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Update;
import java.util.List;

/// What the head decides about a write.
public sealed interface Admission {
    /// It is the next update of the log.
    record Admitted(Update update) implements Admission {}

    /// It was admitted before, at this position; the answer is due when that has committed.
    record Duplicate(Position position) implements Admission {}

    /// A condition does not hold. Judged on a version that may be dirty: the answer is due when
    /// everything through `restsOnSeq` has committed, else a client could see the refusal of a
    /// write by one that never was.
    record Refused(int conditionIndex, boolean present, long restsOnSeq) implements Admission {}

    /// The head does not hold the versions of these keys, or any of these prefixes, in memory: look
    /// them up and admit again.
    record Unresolved(List<Bytes> keys, List<Bytes> prefixes) implements Admission {}

    /// The request breaks a limit.
    record Invalid(String reason) implements Admission {}
}
