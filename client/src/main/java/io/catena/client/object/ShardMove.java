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
/// Who fills puts the shard's records on source and target anew and names their positions in every
/// write: so one that was overtaken can neither bring back what it read long ago nor take a marker
/// away. All that decides is in the two shard records and the map.
///
/// When more changes come than are copied, the shard is braked: its writes wait for some rounds,
/// for more from brake to brake. From that, unlike from being frozen, it can be let go on: nobody
/// who brakes has asked for the switch.
final class ShardMove implements ShardWork {
    private enum Step {
        LOOKING, TAKING_SOURCE, LOOKING_AT_TARGET, TAKING_TARGET, LOOKING_AGAIN, EMPTYING, FILLING,
        CATCHING_UP, BRAKING, LETTING_GO, FREEZING, SWITCHING, OPENING, LOOKING_AT_MOVED,
        LOOKING_AT_SOURCE, CLEARING, UNFREEZING, ENDING
    }

    /// How long catching up may take before writes wait for it, in rounds.
    ///
    /// @param open rounds between two brakes
    /// @param brakedMore by how many rounds each brake is longer than the one before
    /// @param brakedMax how long a brake may get: writes wait that long
    record Pace(int open, int brakedMore, int brakedMax) {
        /// A round takes some 20 ms while no writes come: a brake takes 2 s at most.
        static final Pace DEFAULT = new Pace(20, 10, 100);
    }

    private final long bucketId;
    private final String name;
    private final ShardRecord shard;
    private final ChainId source;
    private final ChainId target;
    private final boolean clears;
    private final ShardCopies copies;
    private final Pace pace;
    private Step step;
    /// What the shard's record on the source says.
    private ShardState state = ShardState.OPEN;
    /// Rounds since the last change of [#state].
    private int rounds;
    private int brakes;
    private Condition sourceFence;
    private Condition fence;
    private ShardWork part;

    ShardMove(long bucketId, String name, ShardRecord shard, boolean clears) {
        this(bucketId, name, shard, clears, Pace.DEFAULT);
    }

    /// @param shard with a move, as the map has it
    /// @param clears whether the source may be cleared, if it comes to that
    ShardMove(long bucketId, String name, ShardRecord shard, boolean clears, Pace pace) {
        this.pace = pace;
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
            case LOOKING -> looked(version(answer));
            case TAKING_SOURCE -> has(answer) ? get(Step.LOOKING_AT_TARGET, target) : over(false);
            case LOOKING_AT_TARGET -> takeTarget(version(answer));
            case TAKING_TARGET -> answer instanceof ShardAnswer.Stored(Position position)
                    ? tookTarget(position) : over(false);
            case LOOKING_AGAIN -> lookedAgain(version(answer));
            case EMPTYING -> emptying(part.next(answer));
            case FILLING -> filling(part.next(answer));
            case CATCHING_UP -> catchingUp(part.next(answer));
            case BRAKING, LETTING_GO, FREEZING -> has(answer) ? catchUp() : over(false);
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

    /// Takes the source over, whoever had it; from a brake it is let go. A frozen shard stays so:
    /// perhaps its switch is under way.
    private ShardAsk looked(Optional<Version> record) {
        Optional<ShardState> found = ShardState.of(record);
        if (found.isEmpty() || found.get() == ShardState.FILLING) {
            return over(false); // The bucket is being deleted.
        }
        return change(Step.TAKING_SOURCE, asFound(record),
                found.get() == ShardState.FROZEN ? ShardState.FROZEN : ShardState.MOVING);
    }

    /// Puts the source's record anew, as `now`.
    private ShardAsk change(Step next, Condition condition, ShardState now) {
        state = now;
        rounds = 0;
        return put(next, source, condition, now);
    }

    /// The source's record is this one's.
    private boolean has(ShardAnswer answer) {
        if (answer instanceof ShardAnswer.Stored(Position position)) {
            sourceFence = new Condition.PositionIs(key(), position);
            return true;
        }
        return false;
    }

    private Condition asFound(Optional<Version> record) {
        return record.<Condition>map(found -> new Condition.PositionIs(key(), found.position()))
                .orElseGet(() -> new Condition.Absent(key()));
    }

    private ShardAsk takeTarget(Optional<Version> record) {
        boolean switched = ShardState.of(record)
                .filter(state -> state != ShardState.FILLING).isPresent();
        return switched ? over(false)
                : put(Step.TAKING_TARGET, target, asFound(record), ShardState.FILLING);
    }

    /// Who froze the source had filled the target, and so nobody has to do it again. Else, what he
    /// left there goes first, as he may have taken markers of deletes away; unless somebody else
    /// has taken the source since: perhaps he has filled the target, and frozen and switched.
    private ShardAsk tookTarget(Position position) {
        fence = new Condition.PositionIs(key(), position);
        return state == ShardState.FROZEN ? catchUp() : get(Step.LOOKING_AGAIN, source);
    }

    private ShardAsk lookedAgain(Optional<Version> record) {
        boolean mine = record.filter(found -> sourceFence.equals(
                new Condition.PositionIs(key(), found.position()))).isPresent();
        return mine ? empty() : over(false);
    }

    private ShardAsk empty() {
        part = new ShardClear(new ShardCopies(bucketId, shard, target), fence);
        step = Step.EMPTYING;
        return emptying(part.start());
    }

    private ShardAsk emptying(ShardAsk ask) {
        return !(ask instanceof ShardAsk.Over(boolean done)) ? ask : done ? fill() : over(false);
    }

    private ShardAsk fill() {
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
        part = new ShardMarkers(copies, RecordKeys.markers(bucketId, shard), sourceFence, target,
                fence, state == ShardState.FROZEN);
        step = Step.CATCHING_UP;
        return catchingUp(part.start());
    }

    private ShardAsk catchingUp(ShardAsk ask) {
        if (!(ask instanceof ShardAsk.Over(boolean done))) {
            return ask;
        }
        ShardMarkers round = (ShardMarkers) part;
        if (!done) {
            return over(false);
        } else if (state == ShardState.FROZEN) {
            return round.foundNone() ? switchOver() : catchUp();
        } else if (!round.foundMore()) {
            return change(Step.FREEZING, sourceFence, ShardState.FROZEN);
        }
        return state == ShardState.BRAKED ? braked() : behind();
    }

    private ShardAsk behind() {
        if (rounds < pace.open) {
            return catchUp();
        }
        brakes++;
        return change(Step.BRAKING, sourceFence, ShardState.BRAKED);
    }

    private ShardAsk braked() {
        return rounds < Math.min(pace.brakedMax, brakes * pace.brakedMore) ? catchUp()
                : change(Step.LETTING_GO, sourceFence, ShardState.MOVING);
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
