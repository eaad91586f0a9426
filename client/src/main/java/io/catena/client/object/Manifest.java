package io.catena.client.object;

import io.catena.protocol.chain.BodyRef;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Charge;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Mutation;
import io.catena.protocol.chain.Version;
import io.catena.protocol.wire.ChainWire;
import io.catena.protocol.wire.WireException;
import io.catena.protocol.wire.WireReader;
import io.catena.protocol.wire.WireWriter;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The record of an object, of a version of one, and of a part. What listings show comes first, in
/// less than [#SUMMARY_BYTES], so that they need not read the rest.
///
/// ```
/// format u8 (1: without a stamp, 2: with one) · size i64 · modified millis i64 · etag text
///   · optional checksum: algorithm text · base64 text · composite flag
///   · in format 2: stamp (VersionStamp)
/// headers: list of name text · value text
/// user metadata: list of name text · value text
/// location u8: 1 inline: bytes | 2 attached: nothing, the version's body
///   | 3 blocks: list of chain i32 · body ref
///   | 5 parts: chain i32 · bucket id i64 · upload id text · list of number i32 · size i64
///   | 4, formerly: as 5, on the record's own chain
/// ```
record Manifest(
        long sizeBytes, long modifiedMillis, ObjectAttributes attributes, Location location,
        Optional<VersionStamp> stamp) {
    static final int SUMMARY_BYTES = 256;
    private static final int UNSTAMPED = 1;
    private static final int STAMPED = 2;

    /// Of a part, or of an object of a bucket without versions.
    Manifest(long sizeBytes, long modifiedMillis, ObjectAttributes attributes, Location location) {
        this(sizeBytes, modifiedMillis, attributes, location, Optional.empty());
    }

    /// What a record's beginning says.
    record Summary(
            long sizeBytes, long modifiedMillis, String etag, Optional<Checksum> checksum,
            Optional<VersionStamp> stamp) {}

    Bytes encode() {
        WireWriter out = new WireWriter(512).u8(stamp.isPresent() ? STAMPED : UNSTAMPED)
                .i64(sizeBytes).i64(modifiedMillis)
                .text(attributes.etag()).optional(attributes.checksum(), Manifest::checksum);
        stamp.ifPresent(one -> one.write(out));
        names(out, attributes.headers());
        names(out, attributes.userMetadata());
        location(out);
        return out.toBytes();
    }

    /// The mutation that makes this the object of `recordKey`, which its bucket counts.
    Mutation.Put putObject(Bytes recordKey) {
        return put(recordKey, Optional.of(
                new Charge(ChargeScopes.of(RecordKeys.bucketId(recordKey),
                        RecordKeys.keyOfObject(recordKey)), 1, 1, sizeBytes)));
    }

    /// This, as a version.
    Manifest as(VersionStamp next) {
        return new Manifest(sizeBytes, modifiedMillis, attributes, location, Optional.of(next));
    }

    /// The mutation that makes this a version of `key`. Its record is what refers to the bytes, and
    /// counts for them, whether it is the latest or not.
    Mutation.Put putVersion(long bucketId, Bytes key) {
        VersionStamp version = stamp.orElseThrow();
        Optional<Charge> charge = version.isMarker() ? Optional.empty() : Optional.of(
                new Charge(ChargeScopes.of(bucketId, key), 0, 1, sizeBytes));
        return put(RecordKeys.version(bucketId, key, version.number()), charge);
    }

    /// The mutation that makes this, which is a version, the latest one: a copy for those who ask
    /// for no version. It counts the object, and nobody else releases what it names.
    Mutation.Put putLatest(long bucketId, Bytes key, boolean releasesReplaced) {
        return new Mutation.Put(RecordKeys.object(bucketId, key), tag(), encode(), body(),
                false, releasesReplaced,
                Optional.of(new Charge(ChargeScopes.of(bucketId, key), 1, 0, 0)));
    }

    /// The mutation that makes this the part of `recordKey`: nothing counts it before it is an
    /// object's.
    Mutation.Put putPart(Bytes recordKey) {
        return put(recordKey, Optional.empty());
    }

    private Mutation.Put put(Bytes recordKey, Optional<Charge> charge) {
        return new Mutation.Put(recordKey, tag(), encode(), body(),
                location.refersToRecords(), true, charge);
    }

    private Bytes tag() {
        return Bytes.utf8(attributes.etag());
    }

    private Optional<BodyRef> body() {
        return location instanceof Location.Attached attached
                ? Optional.of(attached.body()) : Optional.empty();
    }

    private static void checksum(WireWriter out, Checksum checksum) {
        out.text(checksum.algorithm()).text(checksum.base64()).bool(checksum.composite());
    }

    static void names(WireWriter out, SortedMap<String, String> values) {
        out.list(List.copyOf(values.entrySet()),
                (to, entry) -> to.text(entry.getKey()).text(entry.getValue()));
    }

    private void location(WireWriter out) {
        switch (location) {
            case Location.Inline inline -> out.u8(1).bytes(inline.bytes());
            case Location.Attached _ -> out.u8(2);
            case Location.Blocks blocks -> out.u8(3).list(blocks.blocks(), (to, block) ->
                    ChainWire.bodyRef(to.i32(block.chain().value()), block.body()));
            case Location.Parts parts -> out.u8(5).i32(parts.chain().value()).i64(parts.bucketId())
                    .text(parts.uploadId()).list(parts.parts(), (to, part) ->
                            to.i32(part.number()).i64(part.sizeBytes()));
        }
    }

    /// @param chain the chain that the record is on
    static Manifest decode(ChainId chain, Version version) {
        WireReader in = new WireReader(version.value().unsafeArray());
        Summary summary = summary(in);
        ObjectAttributes attributes = new ObjectAttributes(
                summary.etag(), names(in), names(in), summary.checksum());
        Location location = location(in, chain, version);
        in.end();
        return new Manifest(summary.sizeBytes(), summary.modifiedMillis(), attributes, location,
                summary.stamp());
    }

    /// @param value the record or at least its first [#SUMMARY_BYTES]
    static Summary summary(Bytes value) {
        return summary(new WireReader(value.unsafeArray()));
    }

    private static Summary summary(WireReader in) {
        int format = in.u8();
        if (format != UNSTAMPED && format != STAMPED) {
            throw new WireException("unknown format of a manifest " + format);
        }
        return new Summary(in.i64(), in.i64(), in.text(), in.optional(Manifest::checksum),
                format == STAMPED ? Optional.of(VersionStamp.read(in)) : Optional.empty());
    }

    private static Checksum checksum(WireReader in) {
        return new Checksum(in.text(), in.text(), in.bool());
    }

    static SortedMap<String, String> names(WireReader in) {
        SortedMap<String, String> values = new TreeMap<>();
        in.list(each -> values.put(each.text(), each.text()));
        return values;
    }

    private static Location location(WireReader in, ChainId chain, Version version) {
        int kind = in.u8();
        return switch (kind) {
            case 1 -> new Location.Inline(in.bytes());
            case 2 -> new Location.Attached(chain, version.body().orElseThrow(
                    () -> new WireException("a manifest without the body it says it has")));
            case 3 -> new Location.Blocks(in.list(each -> new Location.Block(
                    new ChainId(each.i32()), ChainWire.bodyRef(each))));
            case 4 -> parts(in, chain);
            case 5 -> parts(in, new ChainId(in.i32()));
            default -> throw new WireException("unknown location of bytes " + kind);
        };
    }

    private static Location.Parts parts(WireReader in, ChainId chain) {
        return new Location.Parts(chain, in.i64(), in.text(),
                in.list(each -> new Location.Part(each.i32(), each.i64())));
    }

    StoredObject toObject(Bytes key) {
        List<Long> partSizes = location instanceof Location.Parts parts
                ? parts.parts().stream().map(Location.Part::sizeBytes).toList() : List.of();
        return new StoredObject(
                key, sizeBytes, modifiedMillis, attributes, partSizes, location,
                stamp.map(VersionStamp::id));
    }
}
