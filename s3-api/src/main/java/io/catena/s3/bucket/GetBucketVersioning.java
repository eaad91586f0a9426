package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.http.Reply;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;

/// S3 API reference: GetBucketVersioning. Of a bucket that never kept versions it says nothing.
public final class GetBucketVersioning {
    private static final String ROOT = "VersioningConfiguration";

    private final ObjectStorage storage;

    public GetBucketVersioning(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        XmlWriter out = XmlWriter.document(ROOT);
        switch (Buckets.of(storage, signed).versioning()) {
            case NEVER -> { }
            case ENABLED -> out.element("Status", "Enabled");
            case SUSPENDED -> out.element("Status", "Suspended");
        }
        return Reply.xml(signed.request(), out.close(ROOT));
    }
}
