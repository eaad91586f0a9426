package io.catena.s3.bucket;

import io.catena.client.object.ObjectStorage;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.http.Reply;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;

/// S3 API reference: GetBucketLocation. us-east-1 is shown as no constraint.
public final class GetBucketLocation {
    private final ObjectStorage storage;
    private final String region;

    public GetBucketLocation(ObjectStorage storage, String region) {
        this.storage = storage;
        this.region = region;
    }

    public Future<Void> handle(SignedRequest signed) {
        Buckets.of(storage, signed);
        XmlWriter out = XmlWriter.document("LocationConstraint");
        if (!region.equals("us-east-1")) {
            out.text(region);
        }
        return Reply.xml(signed.request(), out.close("LocationConstraint"));
    }
}
