package io.catena.protocol.message;

import java.util.List;

/// What a node answers to a [BodyMessage].
public sealed interface BodyReply {
    /// The chunk is kept (not yet durable: the update's flush makes it so).
    record Staged() implements BodyReply {}

    /// The bytes follow the message.
    ///
    /// @param pageCrcs the CRC32C of each 64 KiB page, as first computed by the writer
    record Content(List<Integer> pageCrcs) implements BodyReply {
        public Content {
            pageCrcs = List.copyOf(pageCrcs);
        }
    }

    /// There is no such body here.
    record Absent() implements BodyReply {}

    /// The bytes on this disk are damaged: ask another replica.
    record Damaged() implements BodyReply {}

    /// Too much is being staged; try again after a pause.
    record Busy() implements BodyReply {}

    /// No room on the disk.
    record NoSpace() implements BodyReply {}

    /// The chunk breaks a rule (order, length, checksum).
    record Invalid(String reason) implements BodyReply {}
}
