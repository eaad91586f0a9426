package io.catena.client.chain;

import io.catena.protocol.chain.BodyId;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.chain.Scopes;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/// Records and bodies on chains: which replica, what next after a failure, are settled behind this.
/// Futures complete on the caller's context and fail with
/// [io.catena.client.chain.StorageException].
public interface Chains {
    /// Writes to a chain, once, however often it must be tried. Gives [ClientReply.Stored] or
    /// [ClientReply.Refused], nothing else.
    Future<ClientReply> write(ChainId chain, List<Condition> conditions, List<Mutation> mutations);

    /// The version of a key, as fresh as the level says.
    Future<Optional<Version>> get(ChainId chain, Bytes key, ReadLevel level);

    /// The version of a key: linearizable.
    default Future<Optional<Version>> get(ChainId chain, Bytes key) {
        return get(chain, key, ReadLevel.STRONG);
    }

    /// A page of keys, as fresh as the level says.
    Future<ClientReply.Page> scan(ChainId chain, ScanRange range, ReadLevel level);

    /// A page of keys: linearizable.
    default Future<ClientReply.Page> scan(ChainId chain, ScanRange range) {
        return scan(chain, range, ReadLevel.STRONG);
    }

    /// What the records of some scopes on a chain come to together, as fresh as the level says.
    Future<Usage> usage(ChainId chain, Scopes scopes, ReadLevel level);

    /// Starts to send a body to a chain, for an update that will name it.
    BodyWriter newBody(ChainId chain, int lengthBytes);

    /// As [#newBody(ChainId, int)], of a body that other chains have, under the id that it has
    /// there: however often it is sent, the chain keeps it once.
    BodyWriter copyOfBody(ChainId chain, BodyId id, int lengthBytes);

    /// Bytes of a stored body, verified.
    ///
    /// @param offsetBytes a multiple of a page
    /// @param lengthBytes at most a chunk
    Future<Buffer> readBody(ChainId chain, BodyRef ref, int offsetBytes, int lengthBytes);

    /// Where blocks may go, in the order in which to try them, which differs from call to call.
    List<ChainId> chains();
}
