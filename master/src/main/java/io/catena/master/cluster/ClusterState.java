package io.catena.master.cluster;

import io.catena.master.chains.Change;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.cluster.AccountChange;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.protocol.cluster.BucketState;
import io.catena.protocol.cluster.BucketVersioning;
import io.catena.protocol.cluster.NodePlacing;
import io.catena.protocol.cluster.NodeRecord;
import io.catena.protocol.cluster.ShardRecord;
import io.catena.protocol.message.ClusterUpdate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the master knows for good: the state that the Raft log builds, the same on every voter.
/// Immutable; [#apply] makes the next one. Every change takes a new version, and each record
/// carries the version that wrote it, so that the changes since any version can be told.
///
/// @param version of the last change; 0: nothing was ever written
/// @param bucketIdLast ids of buckets are never used again
/// @param nodes by id
/// @param chains by id
/// @param buckets by name
/// @param accounts users and their access keys
/// @param removals of buckets, keys and users, oldest first, at most [#REMOVALS_MAX]
/// @param forgottenVersion removals up to this version are no longer known: who knows less gets all
/// @param trust who belongs to the cluster
public record ClusterState(
        long version,
        long bucketIdLast,
        SortedMap<NodeId, Stamped<Registration>> nodes,
        SortedMap<ChainId, Stamped<ChainConfiguration>> chains,
        SortedMap<String, Stamped<BucketRecord>> buckets,
        Accounts accounts,
        List<Removal> removals,
        long forgottenVersion,
        Trust trust) {
    /// Removed ones included.
    public static final int NODES_MAX = 1_000;
    public static final int CHAINS_MAX = 4_000;
    public static final int BUCKETS_MAX = 10_000;
    public static final int REMOVALS_MAX = 1_000;
    /// Names and addresses in commands.
    static final int TEXT_LETTERS_MAX = 300;

    public static final ClusterState EMPTY = new ClusterState(
            0, 0, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), Accounts.EMPTY, List.of(), 0,
            Trust.NONE);

    /// A record with the version that wrote it.
    public record Stamped<T>(long version, T value) {}

    /// A node's latest life.
    ///
    /// @param processToken of the process that lives it
    /// @param formerTokens of processes before it, latest last, at most [#FORMER_TOKENS_MAX]: what
    ///     they asked for late is refused
    /// @param partialChains whose replica on its disk was still being filled when it started
    public record Registration(
            NodeRecord record, long processToken, List<Long> formerTokens,
            List<ChainId> partialChains) {
        static final int FORMER_TOKENS_MAX = 8;

        public Registration {
            formerTokens = List.copyOf(formerTokens);
            partialChains = List.copyOf(partialChains);
        }

        public Member member() {
            return new Member(record.id(), record.incarnation());
        }

        Registration with(NodePlacing placing) {
            return new Registration(new NodeRecord(record.id(), record.host(), record.port(),
                    record.incarnation(), record.diskIdentity(), record.diskSince(), placing),
                    processToken, formerTokens, partialChains);
        }
    }

    /// Something that is no more.
    public record Removal(long version, Kind kind, String name) {
        public enum Kind { BUCKET, KEY, USER }
    }

    /// A state and what the command that led to it came to.
    public record Applied(ClusterState state, Result result) {}

    public ClusterState {
        nodes = Collections.unmodifiableSortedMap(nodes);
        chains = Collections.unmodifiableSortedMap(chains);
        buckets = Collections.unmodifiableSortedMap(buckets);
        removals = List.copyOf(removals);
    }

    /// The state after `command`. A refused command changes nothing, not even the version.
    public Applied apply(Command command) {
        return switch (command) {
            case Command.RegisterNode c -> register(c);
            case Command.CreateChains c -> createChains(c);
            case Command.ChangeChain c -> changeChain(c);
            case Command.AddChains c -> addChains(c);
            case Command.DescribeNode c -> describe(c);
            case Command.ChangeDuty c -> changeDuty(c);
            case Command.CreateBucket c -> createBucket(c);
            case Command.ActivateBucket c -> activateBucket(c);
            case Command.RemoveBucket c -> removeBucket(c);
            case Command.ChangeShard c -> changeShard(c);
            case Command.SetVersioning c -> setVersioning(c);
            case Command.ChangeAccounts c -> changeAccounts(c.change());
            case Command.OfTrust c -> changeTrust(c);
        };
    }

    /// The node's present life, if it ever registered and was not removed.
    public Optional<Member> memberOf(NodeId node) {
        return Optional.ofNullable(nodes.get(node)).map(Stamped::value)
                .filter(known -> !known.record().isRemoved()).map(Registration::member);
    }

    public Optional<BucketRecord> bucket(long id) {
        return buckets.values().stream().map(Stamped::value)
                .filter(bucket -> bucket.id() == id).findFirst();
    }

    /// What changed after version `known`; everything when that is too long ago, or not of this
    /// state.
    public ClusterUpdate since(long known) {
        long since = known < forgottenVersion || known > version ? 0 : known;
        return new ClusterUpdate(since, version,
                newer(nodes, since).stream().map(Registration::record).toList(),
                newer(chains, since), newer(buckets, since), removed(Removal.Kind.BUCKET, since),
                newer(accounts.keys(), since), removed(Removal.Kind.KEY, since),
                newer(accounts.users(), since), removed(Removal.Kind.USER, since),
                List.copyOf(trust.removed()));
    }

    private static <T> List<T> newer(SortedMap<?, Stamped<T>> records, long since) {
        return records.values().stream().filter(stamped -> stamped.version() > since)
                .map(Stamped::value).toList();
    }

    private List<String> removed(Removal.Kind kind, long since) {
        return removals.stream()
                .filter(removal -> removal.kind() == kind && removal.version() > since)
                .map(Removal::name).distinct().toList();
    }

    private Applied register(Command.RegisterNode command) {
        Stamped<Registration> known = nodes.get(command.node());
        if (known != null && known.value().record().isRemoved()) {
            return refused(command.node() + " was removed from the cluster");
        }
        if (known != null && known.value().processToken() == command.processToken()) {
            return same(new Result.Registered(known.value().member()));
        }
        if (known != null && known.value().formerTokens().contains(command.processToken())) {
            return refused("a newer process of " + command.node() + " has registered");
        }
        if (trust.isRemoved(command.node())) {
            return refused("the server of " + command.node() + " was removed from the cluster");
        }
        if (known == null && nodes.size() >= NODES_MAX) {
            return refused("the cluster has " + NODES_MAX + " nodes");
        }
        if (isLong(command.host()) || isLong(command.diskIdentity())
                || command.partialChains().size() > chains.size()) {
            return refused("registration is too long");
        }
        Registration next = known == null ? firstLife(command) : nextLife(command, known.value());
        return new Applied(withNode(next), new Result.Registered(next.member()));
    }

    private static Registration firstLife(Command.RegisterNode command) {
        Incarnation first = new Incarnation(1);
        return new Registration(
                new NodeRecord(command.node(), command.host(), command.port(), first,
                        command.diskIdentity(), first, NodePlacing.NEW),
                command.processToken(), List.of(), command.partialChains());
    }

    private static Registration nextLife(Command.RegisterNode command, Registration former) {
        Incarnation next = new Incarnation(former.record().incarnation().value() + 1);
        boolean sameDisk = former.record().diskIdentity().equals(command.diskIdentity());
        List<Long> tokens = new ArrayList<>(former.formerTokens());
        tokens.add(former.processToken());
        int surplus = Math.max(0, tokens.size() - Registration.FORMER_TOKENS_MAX);
        return new Registration(
                new NodeRecord(command.node(), command.host(), command.port(), next,
                        command.diskIdentity(), sameDisk ? former.record().diskSince() : next,
                        former.record().placing()),
                command.processToken(), tokens.subList(surplus, tokens.size()),
                command.partialChains());
    }

    private Applied createChains(Command.CreateChains command) {
        if (!chains.isEmpty()) {
            return refused("there are chains already");
        }
        SortedMap<ChainId, Stamped<ChainConfiguration>> next = new TreeMap<>();
        command.chains().forEach(
                chain -> next.put(chain.chain(), new Stamped<>(version + 1, chain)));
        return done(withChains(next));
    }

    private Applied changeChain(Command.ChangeChain command) {
        Stamped<ChainConfiguration> current = chains.get(command.next().chain());
        if (current == null || !Change.isLegal(current.value(), command.next())) {
            return refused(command.next() + " cannot follow " + current);
        }
        SortedMap<ChainId, Stamped<ChainConfiguration>> next = new TreeMap<>(chains);
        next.put(command.next().chain(), new Stamped<>(version + 1, command.next()));
        return done(withChains(next));
    }

    private Applied addChains(Command.AddChains command) {
        Optional<String> refusal = Duties.refusal(this, command.chains());
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        SortedMap<ChainId, Stamped<ChainConfiguration>> next = new TreeMap<>(chains);
        command.chains().forEach(
                chain -> next.put(chain.chain(), new Stamped<>(version + 1, chain)));
        return done(withChains(next));
    }

    private Applied describe(Command.DescribeNode command) {
        Stamped<Registration> known = nodes.get(command.node());
        if (known == null || command.weight() < 1 || isLong(command.zone())) {
            return refused("a description of " + command.node() + " that cannot be");
        }
        NodePlacing former = known.value().record().placing();
        NodePlacing next = Duties.described(former, command);
        return next.equals(former) ? same(new Result.Done())
                : done(withPlacing(command.node(), next));
    }

    private Applied changeDuty(Command.ChangeDuty command) {
        Optional<String> refusal = Duties.refusal(this, command);
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        ClusterState next = this;
        for (NodeId node : command.nodes()) {
            NodePlacing former = nodes.get(node).value().record().placing();
            next = former.duty() == command.duty() ? next
                    : next.withPlacing(node, former.with(command.duty()));
        }
        return next == this ? same(new Result.Done()) : done(next);
    }

    private Applied createBucket(Command.CreateBucket command) {
        Stamped<BucketRecord> known = buckets.get(command.name());
        if (known != null) {
            return same(new Result.BucketExists(known.value()));
        }
        if (chains.isEmpty() || buckets.size() >= BUCKETS_MAX || isLong(command.name())) {
            return refused(chains.isEmpty() ? "no chains yet" : "a limit of buckets is reached");
        }
        if (accounts.user(command.ownerId()).isEmpty()) {
            return same(new Result.AccountRefused(AccountRefusal.NO_SUCH_USER));
        }
        BucketRecord bucket = new BucketRecord(bucketIdLast + 1, command.name(), command.atMillis(),
                command.ownerId(), List.of(ShardRecord.whole(leastUsedChain())),
                BucketState.CREATING);
        return new Applied(withBucket(bucket, bucket.id()), new Result.BucketCreated(bucket));
    }

    /// The chain with the fewest shards; the first of them.
    private ChainId leastUsedChain() {
        SortedMap<ChainId, Integer> shards = new TreeMap<>();
        chains.keySet().forEach(chain -> shards.put(chain, 0));
        buckets.values().stream().flatMap(bucket -> bucket.value().shards().stream())
                .forEach(shard -> shards.merge(shard.chain(), 1, Integer::sum));
        return shards.entrySet().stream().min(Comparator.comparing(SortedMap.Entry::getValue))
                .orElseThrow().getKey();
    }

    private Applied activateBucket(Command.ActivateBucket command) {
        Optional<BucketRecord> known = bucket(command.id());
        if (known.isEmpty()) {
            return same(new Result.NoSuchBucket());
        }
        return known.get().state() == BucketState.ACTIVE
                ? same(new Result.Done())
                : done(withBucket(known.get().activated(), bucketIdLast));
    }

    private Applied removeBucket(Command.RemoveBucket command) {
        Optional<BucketRecord> known = bucket(command.id());
        if (known.isEmpty()) {
            return same(new Result.NoSuchBucket());
        }
        if (!command.closed().isEmpty() && !command.closed().equals(known.get().shards())) {
            return same(new Result.OtherShards());
        }
        SortedMap<String, Stamped<BucketRecord>> next = new TreeMap<>(buckets);
        next.remove(known.get().name());
        Removals left = removalsWith(Removal.Kind.BUCKET, List.of(known.get().name()));
        return done(new ClusterState(version + 1, bucketIdLast, nodes, chains, next, accounts,
                left.removals(), left.forgottenVersion(), trust));
    }

    private Applied changeShard(Command.ChangeShard command) {
        Optional<BucketRecord> known = bucket(command.bucketId());
        if (known.isEmpty()) {
            return same(new Result.NoSuchBucket());
        }
        BucketRecord bucket = known.get();
        if (!command.after().isEmpty() && bucket.shards().containsAll(command.after())) {
            return same(new Result.Done());
        }
        boolean legal = bucket.state() == BucketState.ACTIVE
                && bucket.shards().contains(command.before())
                && ShardChange.isLegal(
                        bucket, command.before(), command.after(), chains.keySet(), moves());
        return legal ? done(withBucket(bucket.with(ShardChange.replaced(
                bucket, command.before(), command.after())), bucketIdLast))
                : same(new Result.OtherShards());
    }

    /// Without a way back: what has versions has versions.
    private Applied setVersioning(Command.SetVersioning command) {
        Optional<BucketRecord> known = bucket(command.bucketId())
                .filter(bucket -> bucket.state() == BucketState.ACTIVE);
        if (known.isEmpty()) {
            return same(new Result.NoSuchBucket());
        }
        if (known.get().versioning() == command.versioning()) {
            return same(new Result.Done());
        }
        if (command.versioning() == BucketVersioning.NEVER) {
            return refused("versioning can be suspended, and not undone");
        }
        return known.get().shards().equals(command.shards())
                ? done(withBucket(known.get().with(command.versioning()), bucketIdLast))
                : same(new Result.OtherShards());
    }

    /// Moves of shards that are announced and not switched.
    private long moves() {
        return buckets.values().stream().flatMap(bucket -> bucket.value().shards().stream())
                .filter(shard -> shard.move().orElse(null) instanceof ShardRecord.Move.To)
                .count();
    }

    private Applied changeAccounts(AccountChange change) {
        boolean ownsBuckets = change instanceof AccountChange.RemoveUser(String id)
                && buckets.values().stream().anyMatch(b -> b.value().ownerId().equals(id));
        return switch (accounts.apply(change, version + 1, ownsBuckets)) {
            case Accounts.Outcome.Same _ -> same(new Result.Done());
            case Accounts.Outcome.Refused(AccountRefusal refusal) ->
                    same(new Result.AccountRefused(refusal));
            case Accounts.Outcome.Changed changed -> {
                Removals left = removalsWith(Removal.Kind.USER, changed.removedUsers())
                        .with(version + 1, Removal.Kind.KEY, changed.removedKeys());
                yield done(new ClusterState(version + 1, bucketIdLast, nodes, chains, buckets,
                        changed.next(), left.removals(), left.forgottenVersion(), trust));
            }
        };
    }

    private record Removals(List<Removal> removals, long forgottenVersion) {
        Removals with(long version, Removal.Kind kind, List<String> names) {
            List<Removal> next = new ArrayList<>(removals);
            names.forEach(name -> next.add(new Removal(version, kind, name)));
            int surplus = Math.max(0, next.size() - REMOVALS_MAX);
            return new Removals(next.subList(surplus, next.size()),
                    surplus == 0 ? forgottenVersion : next.get(surplus - 1).version());
        }
    }

    private Applied changeTrust(Command.OfTrust command) {
        Trust.Applied applied = trust.apply(command.command());
        Result result = new Result.OfTrust(applied.result());
        return applied.trust() == trust ? same(result)
                : new Applied(new ClusterState(version + 1, bucketIdLast, nodes, chains, buckets,
                        accounts, removals, forgottenVersion, applied.trust()), result);
    }

    private Removals removalsWith(Removal.Kind kind, List<String> names) {
        return new Removals(removals, forgottenVersion).with(version + 1, kind, names);
    }

    /// The other nodes of its server are where it is.
    private ClusterState withNode(Registration registration) {
        NodeRecord record = registration.record();
        SortedMap<NodeId, Stamped<Registration>> next = new TreeMap<>(nodes);
        next.replaceAll((id, known) -> id.sharesServer(record.id())
                ? moved(known, record.host(), record.port()) : known);
        next.put(record.id(), new Stamped<>(version + 1, registration));
        return new ClusterState(version + 1, bucketIdLast, next, chains, buckets, accounts,
                removals, forgottenVersion, trust);
    }

    private ClusterState withPlacing(NodeId node, NodePlacing placing) {
        SortedMap<NodeId, Stamped<Registration>> next = new TreeMap<>(nodes);
        next.put(node, new Stamped<>(version + 1, nodes.get(node).value().with(placing)));
        return new ClusterState(version + 1, bucketIdLast, next, chains, buckets, accounts,
                removals, forgottenVersion, trust);
    }

    private Stamped<Registration> moved(Stamped<Registration> known, String host, int port) {
        NodeRecord former = known.value().record();
        return former.host().equals(host) && former.port() == port ? known
                : new Stamped<>(version + 1, new Registration(
                        new NodeRecord(former.id(), host, port, former.incarnation(),
                                former.diskIdentity(), former.diskSince(), former.placing()),
                        known.value().processToken(), known.value().formerTokens(),
                        known.value().partialChains()));
    }

    private ClusterState withChains(SortedMap<ChainId, Stamped<ChainConfiguration>> next) {
        return new ClusterState(version + 1, bucketIdLast, nodes, next, buckets, accounts,
                removals, forgottenVersion, trust);
    }

    private ClusterState withBucket(BucketRecord bucket, long idLast) {
        SortedMap<String, Stamped<BucketRecord>> next = new TreeMap<>(buckets);
        next.put(bucket.name(), new Stamped<>(version + 1, bucket));
        return new ClusterState(version + 1, idLast, nodes, chains, next, accounts, removals,
                forgottenVersion, trust);
    }

    private static Applied done(ClusterState next) {
        return new Applied(next, new Result.Done());
    }

    private Applied same(Result result) {
        return new Applied(this, result);
    }

    private Applied refused(String reason) {
        return same(new Result.Refused(reason));
    }

    private static boolean isLong(String text) {
        return text.length() > TEXT_LETTERS_MAX;
    }
}
