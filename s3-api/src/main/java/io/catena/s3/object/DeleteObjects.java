package io.catena.s3.object;

import io.catena.client.object.Deletion;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.VersionId;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.catena.s3.http.Location;
import io.catena.s3.http.Reply;
import io.catena.s3.http.RequestedVersion;
import io.catena.s3.payload.RequestBody;
import io.catena.s3.payload.XmlBody;
import io.catena.s3.xml.XmlNode;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// S3 API reference: DeleteObjects. Each key succeeds or fails by itself; some are deleted at the
/// same time, and the answer keeps the order of the question.
public final class DeleteObjects {
    private static final Logger LOG = LoggerFactory.getLogger(DeleteObjects.class);
    private static final int KEYS_MAX = 1_000;
    private static final int AT_ONCE_MAX = 16;

    private final ObjectStorage storage;

    public DeleteObjects(ObjectStorage storage) {
        this.storage = storage;
    }

    /// @param refused set when the entry itself is at fault
    private record Entry(
            String keyText, Bytes key, Optional<String> versionText, Optional<VersionId> version,
            Optional<String> etag, Optional<S3Exception> refused) {}

    /// Of an entry: what it came to, or why not.
    private record Outcome(Entry entry, Deletion deletion, Optional<S3Exception> failure) {
        static Outcome failed(Entry entry, S3Exception failure) {
            return new Outcome(entry, Deletion.PLAIN, Optional.of(failure));
        }
    }

    public Future<Void> handle(SignedRequest signed) {
        BucketRecord bucket = Buckets.of(storage, signed);
        RequestBody body = RequestBody.open(signed, Set.of());
        if (!body.hasDigest()) {
            throw S3Error.INVALID_REQUEST.exception("Missing required header for this request: "
                    + "Content-MD5 OR x-amz-checksum-*");
        }
        return XmlBody.read(body).compose(document -> {
            XmlNode delete = document.orElseThrow(S3Error.MALFORMED_XML::exception);
            List<Entry> entries = entries(delete);
            boolean quiet = delete.textOf("Quiet").map(String::strip)
                    .filter("true"::equalsIgnoreCase).isPresent();
            return deleteFrom(bucket, entries, 0, new ArrayList<>()).compose(
                    outcomes -> Reply.xml(signed.request(), document(outcomes, quiet)));
        });
    }

    private static List<Entry> entries(XmlNode delete) {
        List<XmlNode> objects = delete.children("Object");
        if (!delete.name().equals("Delete") || objects.isEmpty() || objects.size() > KEYS_MAX) {
            throw S3Error.MALFORMED_XML.exception();
        }
        return objects.stream().map(DeleteObjects::entry).toList();
    }

    private static Entry entry(XmlNode object) {
        String key = object.textOf("Key").filter(text -> !text.isEmpty())
                .orElseThrow(S3Error.MALFORMED_XML::exception);
        Optional<String> etag = object.textOf("ETag").map(ETags::unquoted);
        Optional<String> version = object.textOf("VersionId").map(String::strip)
                .filter(text -> !text.isEmpty());
        try {
            refuseOtherConditions(object);
            return new Entry(key, Location.keyOfText(key), version,
                    version.map(RequestedVersion::of), etag, Optional.empty());
        } catch (S3Exception e) {
            return new Entry(key, Bytes.EMPTY, version, Optional.empty(), etag, Optional.of(e));
        }
    }

    private static void refuseOtherConditions(XmlNode object) {
        if (object.child("LastModifiedTime").isPresent() || object.child("Size").isPresent()) {
            throw S3Error.NOT_IMPLEMENTED.exception();
        }
    }

    private Future<List<Outcome>> deleteFrom(
            BucketRecord bucket, List<Entry> entries, int from, List<Outcome> done) {
        if (from >= entries.size()) {
            return Future.succeededFuture(done);
        }
        int to = Math.min(entries.size(), from + AT_ONCE_MAX);
        List<Future<Outcome>> underWay = entries.subList(from, to).stream()
                .map(entry -> delete(bucket, entry)).toList();
        return Future.all(underWay).compose(all -> {
            done.addAll(all.list());
            return deleteFrom(bucket, entries, to, done);
        });
    }

    private Future<Outcome> delete(BucketRecord bucket, Entry entry) {
        if (entry.refused.isPresent()) {
            return Future.succeededFuture(Outcome.failed(entry, entry.refused.get()));
        }
        return DeleteObject.delete(storage, bucket, entry.key, entry.version, entry.etag)
                .map(deletion -> new Outcome(entry, deletion, Optional.empty()))
                .otherwise(failure -> {
                    S3Exception told = S3Exception.of(failure);
                    if (told.error() == S3Error.INTERNAL_ERROR) {
                        LOG.error("deleting a key of {} failed", bucket.name(), failure);
                    }
                    return Outcome.failed(entry, told);
                });
    }

    private static XmlWriter document(List<Outcome> outcomes, boolean quiet) {
        XmlWriter out = XmlWriter.document("DeleteResult");
        for (Outcome outcome : outcomes) {
            if (outcome.failure.isPresent()) {
                out.open("Error").element("Key", outcome.entry.keyText);
                outcome.entry.versionText.ifPresent(text -> out.element("VersionId", text));
                out.element("Code", outcome.failure.get().error().code())
                        .element("Message", outcome.failure.get().getMessage())
                        .close("Error");
            } else if (!quiet) {
                write(out, outcome.entry, outcome.deletion);
            }
        }
        return out.close("DeleteResult");
    }

    private static void write(XmlWriter out, Entry entry, Deletion deletion) {
        out.open("Deleted").element("Key", entry.keyText);
        entry.version.ifPresent(version -> out.element("VersionId", version.text()));
        if (deletion.isMarker()) {
            out.element("DeleteMarker", true).element("DeleteMarkerVersionId",
                    deletion.versionId().orElseThrow().text());
        }
        out.close("Deleted");
    }
}
