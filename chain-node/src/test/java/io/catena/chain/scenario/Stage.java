package io.catena.chain.scenario;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.Replica;
import io.catena.chain.replica.ReplicaSettings;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Condition;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Incarnation;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.chain.RequestId;
import io.catena.protocol.chain.ScanRange;
import io.catena.protocol.message.ClientMessage;
import io.catena.protocol.message.Envelope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Real replicas, between which nothing moves but on command. Every command gives its trace:
///
/// ```
/// chain A B C            these are the members of epoch 1, greeted, with leases; not traced
/// epoch 2 A C [joining D] [at A C]   replicas (all, or those named) adopt a configuration
/// put A k v [if-absent k | if-tag k t] [as ID]    a client asks A; as: the request id
/// delete A k · get A k [eventual | bounded MS N] · list A
/// deliver A>B [N]        N messages, or all that are under way from A to B
/// lose A>B               what is under way is lost
/// disk A [N]             A's disk does N things, or all that it was asked for
/// reads A                A's disk does what it was asked to read, before what is to be written
/// settle                 everything moves until nothing is left
/// kill A · restart A     its process ends, with what its disk was only asked; A2 starts
/// forget A               A's disk keeps no log behind its index
/// lease A MS             A's lease ends in MS from now · wait MS: time passes · tick A
/// link A B               A hears that a new connection to B stands
/// state                  where all stand
/// ```
final class Stage {
    private static final ChainId CHAIN = new ChainId(1);
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long LEASE_MILLIS = 10_000;
    private static final ReplicaSettings SETTINGS = new ReplicaSettings(
            1, 8, 1L << 20, 100, 64, 0, 20 * NANOS_PER_MILLI, 500 * NANOS_PER_MILLI,
            100 * NANOS_PER_MILLI, 1_000 * NANOS_PER_MILLI, 16,
            1_000 * NANOS_PER_MILLI);

    private record Link(Member from, Member to) {}

    private final TreeMap<Member, Replica> replicas = new TreeMap<>();
    private final TreeMap<Member, ScenarioDisk> disks = new TreeMap<>();
    private final TreeMap<Member, ArrayDeque<Effect>> asked = new TreeMap<>();
    private final ArrayDeque<Envelope> underWay = new ArrayDeque<>();
    private final List<String> trace = new ArrayList<>();
    private long nowNanos = 1_000 * NANOS_PER_MILLI;
    private long tickets;

    List<String> run(String line) {
        trace.clear();
        String[] words = line.split(" +");
        switch (words[0]) {
            case "chain" -> chain(words);
            case "epoch" -> epoch(Arrays.asList(words));
            case "put", "delete" -> write(words);
            case "get" -> ask(words[1], epoch -> new ClientMessage.Get(
                    CHAIN, epoch, Bytes.utf8(words[2]), level(words)));
            case "list" -> ask(words[1], epoch -> new ClientMessage.Scan(
                    CHAIN, epoch, ScanRange.all(Bytes.EMPTY, Bytes.EMPTY, 100), ReadLevel.STRONG));
            case "deliver" -> deliver(link(words[1]), count(words));
            case "lose" -> underWay.removeIf(e -> linkOf(e).equals(link(words[1])));
            case "disk" -> disk(Words.member(words[1]), count(words));
            case "reads" -> reads(Words.member(words[1]));
            case "settle" -> settle();
            case "kill" -> kill(Words.member(words[1]));
            case "restart" -> restart(Words.member(words[1]));
            case "forget" -> disks.get(Words.member(words[1])).forgetLog();
            case "lease" -> step(Words.member(words[1]), new Input.Leased(
                    nowNanos + Long.parseLong(words[2]) * NANOS_PER_MILLI));
            case "wait" -> nowNanos += Long.parseLong(words[1]) * NANOS_PER_MILLI;
            case "tick" -> step(Words.member(words[1]), new Input.Tick());
            case "link" -> step(Words.member(words[1]),
                    new Input.LinkUp(Words.member(words[2])));
            case "state" -> state();
            default -> throw new IllegalArgumentException("no command: " + line);
        }
        return List.copyOf(trace);
    }

    private static int count(String[] words) {
        return words.length > 2 ? Integer.parseInt(words[2]) : Integer.MAX_VALUE;
    }

    private static Link link(String word) {
        String[] ends = word.split(">");
        return new Link(Words.member(ends[0]), Words.member(ends[1]));
    }

    private static Link linkOf(Envelope envelope) {
        return new Link(envelope.from(), envelope.to());
    }

    private static ReadLevel level(String[] words) {
        if (words.length < 4) {
            return ReadLevel.STRONG;
        }
        return words[3].equals("eventual") ? new ReadLevel.Eventual() : new ReadLevel.Bounded(
                Long.parseLong(words[4]), Long.parseLong(words[5]));
    }

    private void chain(String[] words) {
        List<Member> members = Arrays.stream(words).skip(1).map(Words::member).toList();
        members.forEach(member -> start(member, new ScenarioDisk()));
        members.forEach(member -> adopt(member, new ChainConfiguration(
                CHAIN, new Epoch(1), members, Optional.empty())));
        settle();
        trace.clear();
    }

    private void start(Member member, ScenarioDisk disk) {
        disks.put(member, disk);
        asked.put(member, new ArrayDeque<>());
        replicas.put(member, new Replica(member, CHAIN, SETTINGS, disk.recovered()));
        step(member, new Input.Leased(nowNanos + LEASE_MILLIS * NANOS_PER_MILLI));
    }

    private void epoch(List<String> words) {
        int at = words.contains("at") ? words.indexOf("at") : words.size();
        int joining = words.contains("joining") ? words.indexOf("joining") : at;
        ChainConfiguration next = new ChainConfiguration(CHAIN,
                new Epoch(Long.parseLong(words.get(1))),
                words.subList(2, joining).stream().map(Words::member).toList(),
                joining < at ? Optional.of(Words.member(words.get(joining + 1)))
                        : Optional.empty());
        next.path().stream().filter(member -> !disks.containsKey(member))
                .forEach(member -> start(member, new ScenarioDisk()));
        List<Member> who = at < words.size()
                ? words.subList(at + 1, words.size()).stream().map(Words::member).toList()
                : List.copyOf(replicas.keySet());
        who.forEach(member -> adopt(member, next));
    }

    private void adopt(Member member, ChainConfiguration configuration) {
        trace.add(Words.of(member) + " adopts " + Words.of(configuration));
        step(member, new Input.Configured(configuration));
    }

    private void write(String[] words) {
        Bytes key = Bytes.utf8(words[2]);
        List<String> all = Arrays.asList(words);
        Mutation mutation = words[0].equals("delete") ? new Mutation.Delete(key, true)
                : new Mutation.Put(key, Bytes.utf8(words[3]), Bytes.utf8("value"),
                        Optional.empty(), false, true);
        List<Condition> conditions = new ArrayList<>();
        if (all.contains("if-absent")) {
            conditions.add(new Condition.Absent(Bytes.utf8(all.get(all.indexOf("if-absent") + 1))));
        }
        if (all.contains("if-tag")) {
            int at = all.indexOf("if-tag");
            conditions.add(new Condition.TagIs(
                    Bytes.utf8(all.get(at + 1)), Bytes.utf8(all.get(at + 2))));
        }
        long id = all.contains("as") ? Long.parseLong(all.get(all.indexOf("as") + 1))
                : 1_000 + tickets;
        ask(words[1], epoch -> new ClientMessage.Write(
                CHAIN, epoch, new RequestId(7, id), conditions, List.of(mutation)));
    }

    private interface Asking {
        ClientMessage in(Epoch epoch);
    }

    /// Clients ask in the epoch of whom they ask, unless they say otherwise by asking a replica
    /// that has not adopted the latest.
    private void ask(String at, Asking asking) {
        Member member = Words.member(at);
        long ticket = ++tickets;
        trace.add("#" + ticket + " asks " + at);
        step(member, new Input.Asked(ticket, asking.in(epochOf(member))));
    }

    private Epoch epochOf(Member member) {
        return replicas.get(member).status().configuration()
                .map(ChainConfiguration::epoch).orElse(Epoch.NONE);
    }

    private void deliver(Link link, int count) {
        List<Envelope> due = underWay.stream().filter(e -> linkOf(e).equals(link))
                .limit(count).toList();
        due.forEach(this::deliver);
    }

    private void deliver(Envelope envelope) {
        underWay.removeFirstOccurrence(envelope);
        Member to = envelope.to();
        if (!replicas.containsKey(to)) {
            trace.add(arrow(envelope) + " (nobody there)");
            return;
        }
        boolean now = epochOf(to).equals(envelope.epoch());
        trace.add(arrow(envelope) + (now ? "" : " (of epoch " + envelope.epoch().value()
                + ", " + Words.of(to) + " is in " + epochOf(to).value() + ")"));
        step(to, new Input.Received(envelope));
    }

    private static String arrow(Envelope envelope) {
        return Words.of(envelope.from()) + ">" + Words.of(envelope.to()) + " "
                + Words.of(envelope.message());
    }

    private void disk(Member member, int count) {
        ArrayDeque<Effect> queue = asked.get(member);
        for (int done = Math.min(count, queue.size()); done > 0; done--) {
            diskDoes(member, queue.removeFirst());
        }
    }

    private void reads(Member member) {
        List<Effect> reads = asked.get(member).stream()
                .filter(Effect.DiskRead.class::isInstance).toList();
        asked.get(member).removeAll(reads);
        reads.forEach(read -> diskDoes(member, read));
    }

    private void diskDoes(Member member, Effect effect) {
        if (effect instanceof Effect.DiskWrite write) {
            trace.add(Words.of(member) + "'s disk: " + Words.of(write));
            step(member, disks.get(member).write(write));
        } else if (effect instanceof Effect.DiskRead read) {
            trace.add(Words.of(member) + "'s disk: " + Words.of(read));
            step(member, disks.get(member).read(read));
        }
    }

    /// Disks before messages, in the order of names: always the same.
    private void settle() {
        while (true) {
            Optional<Member> busy = replicas.keySet().stream()
                    .filter(member -> !asked.get(member).isEmpty()).findFirst();
            if (busy.isPresent()) {
                disk(busy.get(), 1);
            } else if (!underWay.isEmpty()) {
                deliver(underWay.getFirst());
            } else {
                return;
            }
        }
    }

    private void kill(Member member) {
        replicas.remove(member);
        asked.get(member).clear();
    }

    private void restart(Member member) {
        Member next = new Member(
                member.node(), new Incarnation(member.incarnation().value() + 1));
        trace.add(Words.of(next) + " starts on the disk of " + Words.of(member));
        start(next, disks.get(member));
    }

    private void step(Member member, Input input) {
        Replica replica = replicas.get(member);
        for (Effect effect : replica.step(input, nowNanos)) {
            switch (effect) {
                case Effect.Send send -> {
                    underWay.add(send.envelope());
                    trace.add("  " + arrow(send.envelope()));
                }
                case Effect.Reply reply ->
                        trace.add("  #" + reply.ticket() + " " + Words.of(reply.reply()));
                case Effect.ReportJoined joined -> trace.add("  " + Words.of(member)
                        + " reports to the master: " + Words.of(joined.joining()) + " is whole");
                case Effect.DiskWrite write -> asked.get(member).add(write);
                case Effect.DiskRead read -> asked.get(member).add(read);
            }
        }
    }

    private void state() {
        replicas.forEach((member, replica) -> trace.add(Words.of(member) + " "
                + Words.of(replica.status()) + ", index: "
                + Words.of(disks.get(member).contents())));
    }
}
