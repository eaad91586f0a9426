package io.catena.client.object;

import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.Version;
import io.catena.protocol.cluster.ShardRecord;
import java.util.List;
import java.util.Optional;

/// Moves a shard to another chain, as decision 0007 says, from wherever the last who tried came to:
/// mark, take over, fill, catch up, freeze, catch up, switch, open; later clear and end.
///
/// Who fills puts the shard's record on the target anew and names its position in every write: so
/// one that was overtaken cannot bring back what it read long ago. All that decides is in the two
/// shard records and the map.
final class ShardMove implements ShardWork {
    /// After so many rounds the shard is frozen, however many markers keep coming.
    private static final int ROUNDS_MAX = 1_000;

    private enum Step {
        LOOKING, MARKING, LOOKING_AT_TARGET, TAKING_OVER, FILLING, CATCHING_UP, FREEZING, SWITCHING,
        OPENING, LOOKING_AT_MOVED, LOOKING_AT_SOURCE, CLEARING, UNFREEZING, ENDING
    }

    private final long bucketId;
    private final String name;
    private final ShardRecord shard;
    private final ChainId source;
    private final ChainId target;
    private final boolean clears;
    private final ShardCopies copies;
    private Step step;
    private boolean frozen;
    private int rounds;
    private Condition fence;
    private ShardWork part;

    /// @param shard with a move, as the map has it
    /// @param clears whether the source may be cleared, if it comes to that
    ShardMove(long bucketId, String name, ShardRecord shard, boolean clears) {
        this.bucketId = bucketId;
        this.name = name;
        this.shard = shard;
        this.clears = clears;
        ShardRecord.Move move = shard.move().orElseThrow();
        boolean switched = move instanceof ShardRecord.Move.From;
        source = switched ? move.other() : shard.chain();
        target = switched ? shard.chain() : move.other();
        copies = new ShardCopies(bucketId, shard, source);
    }

    /// The chain that the shard moves, or was moved, from.
    static ChainId source(ShardRecord shard) {
        return shard.move().orElse(null) instanceof ShardRecord.Move.From(ChainId from)
                ? from : shard.chain();
    }

    private Bytes key() {
        return RecordKeys.shard(bucketId, shard);
    }

    @Override
    public ShardAsk start() {
        return switch (shard.move().orElseThrow()) {
            case ShardRecord.Move.To _ -> get(Step.LOOKING, source);
            case ShardRecord.Move.From _ -> get(Step.LOOKING_AT_MOVED, target);
        };
    }

    @Override
    public ShardAsk next(ShardAnswer answer) {
        return switch (step) {
            case LOOKING -> looked(state(answer));
            case MARKING -> stored(answer) ? lookAtTarget() : over(false);
            case LOOKING_AT_TARGET -> takeOver(version(answer));
            case TAKING_OVER -> answer instanceof ShardAnswer.Stored(Position position)
                    ? fill(position) : over(false);
            case FILLING -> filling(part.next(answer));
            case CATCHING_UP -> catchingUp(part.next(answer));
            case FREEZING -> frozen(answer);
            case SWITCHING -> ((ShardAnswer.Changed) answer).taken() ? open() : over(false);
            case OPENING -> over(stored(answer));
            case LOOKING_AT_MOVED -> lookedAtMoved(state(answer));
            case LOOKING_AT_SOURCE -> state(answer).isPresent() ? clear() : end();
            case CLEARING -> clearing(part.next(answer));
            case UNFREEZING -> stored(answer) ? end() : over(false);
            case ENDING -> over(((ShardAnswer.Changed) answer).taken());
        };
    }

    private static boolean stored(ShardAnswer answer) {
        return answer instanceof ShardAnswer.Stored;
    }

    private static Optional<Version> version(ShardAnswer answer) {
        return ((ShardAnswer.Versions) answer).versions().getFirst();
    }

    private static Optional<ShardState> state(ShardAnswer answer) {
        return ShardState.of(version(answer));
    }

    private static ShardAsk over(boolean done) {
        return new ShardAsk.Over(done);
    }

    private ShardAsk get(Step next, ChainId chain) {
        step = next;
        return new ShardAsk.Get(chain, List.of(key()));
    }

    private ShardAsk put(Step next, ChainId chain, Condition condition, ShardState state) {
        step = next;
        return new ShardAsk.Write(chain, List.of(condition),
                List.of(RecordKeys.putShard(bucketId, name, shard, state)), Optional.empty());
    }

    private Condition is(ShardState state) {
        return new Condition.TagIs(key(), state.tag());
    }

    private ShardAsk looked(Optional<ShardState> state) {
        if (state.isEmpty()) {
            return over(false); // The bucket is being deleted.
        }
        return switch (state.get()) {
            case OPEN -> put(Step.MARKING, source, is(ShardState.OPEN), ShardState.MOVING);
            case MOVING -> lookAtTarget();
            case FROZEN -> {
                frozen = true;
                yield lookAtTarget();
            }
            case FILLING -> over(false);
        };
    }

    private ShardAsk lookAtTarget() {
        return get(Step.LOOKING_AT_TARGET, target);
    }

    private ShardAsk takeOver(Optional<Version> record) {
        boolean switched = ShardState.of(record)
                .filter(state -> state != ShardState.FILLING).isPresent();
        Condition asFound = record
                .<Condition>map(found -> new Condition.PositionIs(key(), found.position()))
                .orElseGet(() -> new Condition.Absent(key()));
        return switched ? over(false)
                : put(Step.TAKING_OVER, target, asFound, ShardState.FILLING);
    }

    private ShardAsk fill(Position position) {
        fence = new Condition.PositionIs(key(), position);
        part = new ShardFill(copies, target, fence);
        step = Step.FILLING;
        return filling(part.start());
    }

    private ShardAsk filling(ShardAsk ask) {
        return !(ask instanceof ShardAsk.Over(boolean done)) ? ask
                : done ? catchUp() : over(false);
    }

    private ShardAsk catchUp() {
        rounds++;
        part = new ShardMarkers(
                copies, RecordKeys.markers(bucketId, shard), target, fence);
        step = Step.CATCHING_UP;
        return catchingUp(part.start());
    }

    private ShardAsk catchingUp(ShardAsk ask) {
        if (!(ask instanceof ShardAsk.Over(boolean done))) {
            return ask;
        }
        int found = ((ShardMarkers) part).found();
        if (!done) {
            return over(false);
        } else if (frozen) {
            return found == 0 ? switchOver() : catchUp();
        }
        return found < ShardMarkers.ROUND || rounds >= ROUNDS_MAX
                ? put(Step.FREEZING, source, is(ShardState.MOVING), ShardState.FROZEN) : catchUp();
    }

    private ShardAsk frozen(ShardAnswer answer) {
        frozen = true;
        return stored(answer) ? catchUp() : over(false);
    }

    private ShardAsk switchOver() {
        step = Step.SWITCHING;
        return new ShardAsk.Change(bucketId, shard, List.of(shard.switchedTo(target)));
    }

    private ShardAsk open() {
        return put(Step.OPENING, target, is(ShardState.FILLING), ShardState.OPEN);
    }

    /// The map has the switch; perhaps not everywhere yet, which only its repetition tells.
    private ShardAsk lookedAtMoved(Optional<ShardState> state) {
        if (state.equals(Optional.of(ShardState.FILLING))) {
            step = Step.SWITCHING;
            ShardRecord before = shard.switchedTo(source).moved().movingTo(target);
            return new ShardAsk.Change(bucketId, before, List.of(shard));
        }
        return state.isPresent() && clears ? get(Step.LOOKING_AT_SOURCE, source)
                : over(state.isPresent());
    }

    private ShardAsk clear() {
        part = new ShardClear(copies, is(ShardState.FROZEN));
        step = Step.CLEARING;
        return clearing(part.start());
    }

    private ShardAsk clearing(ShardAsk ask) {
        if (!(ask instanceof ShardAsk.Over(boolean done))) {
            return ask;
        }
        step = Step.UNFREEZING;
        return !done ? over(false) : new ShardAsk.Write(source, List.of(is(ShardState.FROZEN)),
                List.of(new Mutation.Delete(key(), false)), Optional.empty());
    }

    private ShardAsk end() {
        step = Step.ENDING;
        return new ShardAsk.Change(bucketId, shard, List.of(shard.moved()));
    }
}
