package io.catena.s3.object;

import io.catena.client.object.ObjectStorage;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.AccessControl;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.bucket.Owner;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.Routes;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;

/// GetObjectAcl, GetObjectTagging, GetObjectRetention, GetObjectLegalHold: nothing of it can be
/// set, so each has AWS's answer for an object on which it was not. Clients use them to see whether
/// an object exists.
public final class GetObjectConfiguration {
    private final ObjectStorage storage;

    public GetObjectConfiguration(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        BucketRecord bucket = Buckets.of(storage, signed);
        String name = Routes.configuration(signed.request()).orElseThrow();
        return Objects.find(storage, bucket, signed.request(), ReadLevel.STRONG)
                .compose(object -> {
                    ObjectHeaders.writeVersion(
                            signed.request().http().response(), bucket, object);
                    return Reply.xml(signed.request(), document(name, bucket));
                });
    }

    private XmlWriter document(String name, BucketRecord bucket) {
        return switch (name) {
            case "acl" -> AccessControl.document(Owner.of(storage, bucket.ownerId()));
            case "tagging" -> XmlWriter.document("Tagging").raw("<TagSet></TagSet>")
                    .close("Tagging");
            default -> throw S3Error.NO_SUCH_OBJECT_RETENTION.exception();
        };
    }
}
