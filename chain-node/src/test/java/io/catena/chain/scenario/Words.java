package io.catena.chain.scenario;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Position;
import io.catena.protocol.chain.ScanEntry;
import io.catena.protocol.chain.Update;
import io.catena.protocol.chain.Version;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.ClientReply;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// How traces say things. Nodes are letters; a life after the first has its number: A, then A2.
/// Positions are epoch/seq.
final class Words {
    private Words() {}

    static Member member(String name) {
        return Member.of(name.charAt(0) - 'A' + 1,
                name.length() == 1 ? 1 : Long.parseLong(name.substring(1)));
    }

    static String of(Member member) {
        char letter = (char) ('A' + member.node().server() - 1);
        long life = member.incarnation().value();
        return life == 1 ? String.valueOf(letter) : letter + Long.toString(life);
    }

    static String of(ChainConfiguration configuration) {
        return "epoch " + configuration.epoch().value() + ": "
                + configuration.members().stream().map(Words::of).collect(Collectors.joining(" "))
                + configuration.joining().map(j -> " joining " + of(j)).orElse("");
    }

    static String of(ChainMessage message) {
        return switch (message) {
            case ChainMessage.Hello _ -> "hello";
            case ChainMessage.At m -> "at " + m.logEnd() + ", committed " + m.committed();
            case ChainMessage.Append m -> "append " + of(m.update());
            case ChainMessage.DurableThrough m -> "durable through " + m.seq();
            case ChainMessage.Acknowledge m -> "acknowledge " + m.seq();
            case ChainMessage.CommittedQuery m -> "question " + m.query() + ": what is committed?";
            case ChainMessage.CommittedAnswer m ->
                    "answer " + m.query() + ": committed " + m.seq();
            case ChainMessage.JoinAt m ->
                    "join at " + m.applied() + (m.exact() ? ", exact" : ", a mixture");
            case ChainMessage.CopyStart m ->
                    "copy starts behind " + m.base() + (m.full() ? ", full" : ", log only");
            case ChainMessage.CopyChunk m -> "chunk " + m.number() + " behind '"
                    + m.after().toUtf8() + "' as of " + m.applied() + ": " + items(m.items())
                    + (m.last() ? ", the last" : "");
            case ChainMessage.CopyOutcomes m -> "chunk " + m.number() + ": "
                    + m.outcomes().size() + " outcomes";
            case ChainMessage.CopyStored m -> "chunk " + m.number() + " stored";
            case ChainMessage.CommittedThrough m -> "committed through " + m.seq();
            case ChainMessage.CopyEnd m -> "copy ends, read at " + m.applied();
            case ChainMessage.Whole m -> "whole, durable through " + m.seq();
            case ChainMessage.Filled m -> "filled through " + m.seq();
            case ChainMessage.Room m -> m.room() ? "Room" : "NoRoom";
        };
    }

    static String of(Update update) {
        return update.position() + " " + update.mutations().stream().map(mutation ->
                switch (mutation) {
                    case Mutation.Put put -> put.key().toUtf8() + "=" + put.tag().toUtf8();
                    case Mutation.Delete delete -> "delete " + delete.key().toUtf8();
                }).collect(Collectors.joining(", "));
    }

    private static String items(List<ScanEntry.Item> items) {
        return items.stream().map(item -> item.key().toUtf8() + "="
                + of(item.version())).collect(Collectors.joining(" "));
    }

    private static String of(Version version) {
        return version.tag().toUtf8() + "@" + version.position();
    }

    static String of(Effect.DiskWrite write) {
        return switch (write) {
            case Effect.Append effect -> "append " + effect.update().position();
            case Effect.Apply effect -> "apply through " + effect.seq();
            case Effect.BeginJoin _ -> "discard the log, not whole from now on";
            case Effect.StartCopy effect -> "start a copy behind " + effect.base();
            case Effect.StoreChunk effect -> "store chunk " + effect.chunk().number();
            case Effect.StoreOutcomes effect -> "store outcomes " + effect.outcomes().number();
            case Effect.EndCopy _ -> "end the copy";
            case Effect.MarkWhole _ -> "mark whole";
        };
    }

    static String of(Effect.DiskRead read) {
        return switch (read) {
            case Effect.Lookup effect -> "look up " + keys(effect.keys())
                    + keys(effect.prefixes());
            case Effect.ReadValue effect -> "read " + effect.key().toUtf8();
            case Effect.ScanIndex effect -> "scan, laid over it: ["
                    + keys(effect.overlay().keySet()) + "]";
            case Effect.ReadUsage effect -> "read usage " + effect.scopes() + ", laid over it: ["
                    + keys(effect.overlay().keySet()) + "]";
            case Effect.ReadChunk effect -> "read chunk " + effect.number();
            case Effect.ReadLog effect -> "read the log from " + effect.fromSeq();
        };
    }

    private static String keys(Iterable<Bytes> keys) {
        StringBuilder all = new StringBuilder();
        keys.forEach(key -> all.append(all.isEmpty() ? "" : " ").append(key.toUtf8()));
        return all.toString();
    }

    static String of(ClientReply reply) {
        return switch (reply) {
            case ClientReply.Stored r -> "stored at " + r.position();
            case ClientReply.Refused r -> "refused, the key holds "
                    + (r.present() ? "something" : "nothing");
            case ClientReply.Found r -> "found " + of(r.version());
            case ClientReply.Missing _ -> "missing";
            case ClientReply.Page r -> "page " + r.entries().stream()
                    .map(entry -> entry.key().toUtf8()).collect(Collectors.joining(" "));
            case ClientReply.Used r -> "used " + r.usage();
            case ClientReply.AskAnother r -> "ask another: " + r.reason();
            case ClientReply.TooStale r -> "too stale: " + r.reason();
            case ClientReply.Busy r -> "busy: " + r.reason();
            case ClientReply.TooFewReplicas r -> "too few replicas: " + r.members();
            case ClientReply.NoSpace _ -> "no space";
            case ClientReply.Unknown r -> "unknown: " + r.reason();
            case ClientReply.Invalid r -> "invalid: " + r.reason();
        };
    }

    static String of(ReplicaStatus status) {
        return "%s end %d durable %d committed %d applied %d%s".formatted(
                status.role().name().toLowerCase(Locale.ROOT), status.endSeq(),
                status.durableSeq(), status.committedSeq(), status.appliedSeq(),
                status.serving() ? ", serves" : "");
    }

    static String of(Map<Bytes, Optional<Version>> index) {
        return index.entrySet().stream().map(entry -> entry.getKey().toUtf8() + "="
                + entry.getValue().map(Words::of).orElse("deleted"))
                .collect(Collectors.joining(" "));
    }
}
