package io.catena.client.object;

import io.catena.client.chain.BodyWriter;
import io.catena.client.chain.Chains;
import io.catena.client.chain.StorageException;
import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.BodyMessage;
import io.catena.protocol.message.ClientReply;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Carries out what [ShardWork] asks for.
final class ShardPort {
    private final Buckets buckets;
    private final Chains chains;

    ShardPort(Buckets buckets, Chains chains) {
        this.buckets = buckets;
        this.chains = chains;
    }

    /// Runs work to its end; gives whether it was done.
    Future<Boolean> run(ShardWork work) {
        ShardAsk[] ask = {work.start()};
        return Loop.repeat(() -> ask[0] instanceof ShardAsk.Over
                ? Future.succeededFuture(false)
                : answer(ask[0]).map(answer -> {
                    ask[0] = work.next(answer);
                    return true;
                })).map(_ -> ((ShardAsk.Over) ask[0]).done());
    }

    private Future<ShardAnswer> answer(ShardAsk ask) {
        return switch (ask) {
            case ShardAsk.Get get -> get(get);
            case ShardAsk.Scan scan -> chains.scan(scan.chain(), scan.range())
                    .map(page -> new ShardAnswer.Page(page.entries(), page.next()));
            case ShardAsk.Write write -> write(write);
            case ShardAsk.Change change -> buckets
                    .change(change.bucketId(), change.before(), change.after())
                    .map(ShardAnswer.Changed::new);
            case ShardAsk.Over _ -> throw new IllegalStateException("the work is over");
        };
    }

    private Future<ShardAnswer> get(ShardAsk.Get get) {
        List<Future<Optional<Version>>> found =
                get.keys().stream().map(key -> chains.get(get.chain(), key)).toList();
        return Future.all(found).map(_ ->
                new ShardAnswer.Versions(found.stream().map(Future::result).toList()));
    }

    private Future<ShardAnswer> write(ShardAsk.Write write) {
        return restaged(write).compose(mutations -> chains
                .write(write.chain(), write.conditions(), mutations).map(ShardPort::answer))
                .recover(failure -> failure instanceof StorageException known
                        && known.kind() == StorageException.Kind.DAMAGED
                        ? Future.succeededFuture(new ShardAnswer.BodyGone())
                        : Future.failedFuture(failure));
    }

    private static ShardAnswer answer(ClientReply reply) {
        return switch (reply) {
            case ClientReply.Stored(var position) -> new ShardAnswer.Stored(position);
            case ClientReply.Refused refused -> new ShardAnswer.Refused(refused.conditionIndex());
            case ClientReply.Found _, ClientReply.Missing _, ClientReply.Page _,
                    ClientReply.AskAnother _, ClientReply.Busy _, ClientReply.TooFewReplicas _,
                    ClientReply.NoSpace _, ClientReply.Unknown _, ClientReply.Invalid _,
                    ClientReply.TooStale _, ClientReply.Used _ ->
                    throw new IllegalStateException("no answer to a write: " + reply);
        };
    }

    private Future<List<Mutation>> restaged(ShardAsk.Write write) {
        List<Mutation> staged = new ArrayList<>();
        Iterator<Mutation> each = write.mutations().iterator();
        return Loop.repeat(() -> each.hasNext()
                ? restaged(write, each.next()).map(staged::add) : Future.succeededFuture(false))
                .map(staged);
    }

    private Future<Mutation> restaged(ShardAsk.Write write, Mutation mutation) {
        return mutation instanceof Mutation.Put put && put.body().isPresent()
                ? copy(write.bodiesFrom().orElseThrow(), put.body().get(), write.chain())
                        .map(body -> new Mutation.Put(put.key(), put.tag(), put.value(),
                                Optional.of(body), put.holdsReferences(), put.releasesReplaced(),
                                put.charge()))
                : Future.succeededFuture(mutation);
    }

    /// Under its own id: records that share a body share it where they are copied to.
    private Future<BodyRef> copy(ChainId from, BodyRef body, ChainId to) {
        BodyWriter writer = chains.copyOfBody(to, body.id(), body.lengthBytes());
        int[] at = new int[1];
        return Loop.repeat(() -> {
            int count = Math.min(BodyMessage.CHUNK_BYTES_MAX, body.lengthBytes() - at[0]);
            int offset = at[0];
            at[0] += count;
            return chains.readBody(from, body, offset, count).compose(writer::write)
                    .map(at[0] < body.lengthBytes());
        }).map(_ -> writer.finish()).onFailure(_ -> writer.abandon());
    }
}
