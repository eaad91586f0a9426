package io.catena.simulation;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Version;
import java.util.Optional;

/// Something on a disk, beside its checksum: here what was written stands for the checksum of what
/// was written.
///
/// @param content what reads back
/// @param written what was written, or meant to be
record Block<T>(T content, T written) {
    static <T> Block<T> of(T content) {
        return new Block<>(content, content);
    }

    boolean intact() {
        return content == written;
    }

    Block<T> damaged(T readsBack) {
        return new Block<>(readsBack, written);
    }

    Block<T> repaired() {
        return of(written);
    }

    /// Reads back with another value in its first change.
    static Update spoilt(Update update) {
        return new Update(update.position(), update.requestId(), update.mutations().stream()
                .map(Block::spoilt).toList());
    }

    private static Mutation spoilt(Mutation mutation) {
        return switch (mutation) {
            case Mutation.Put put -> new Mutation.Put(put.key(), spoilt(put.tag()), put.value(),
                    put.body(), put.holdsReferences(), put.releasesReplaced(), put.charge());
            case Mutation.Delete delete -> new Mutation.Put(delete.key(), Bytes.utf8("1"),
                    Bytes.EMPTY, Optional.empty(), false, true);
        };
    }

    static Version spoilt(Version version) {
        return new Version(version.position(), spoilt(version.tag()), version.value(),
                version.body(), version.holdsReferences(), version.charge());
    }

    private static Bytes spoilt(Bytes tag) {
        return Bytes.utf8("9" + tag.toUtf8());
    }
}
