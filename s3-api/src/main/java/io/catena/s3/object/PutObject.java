package io.catena.s3.object;

import io.catena.client.object.ObjectAttributes;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.PutCondition;
import io.catena.client.object.StoredObject;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.payload.ClaimedChecksum;
import io.catena.s3.payload.Digests;
import io.catena.s3.payload.RequestBody;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.Set;

/// S3 API reference: PutObject. Bytes flow to storage while they are verified; the object becomes
/// visible only after every claim about them held.
public final class PutObject {
    private final ObjectStorage storage;

    public PutObject(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, signed);
        ObjectHeaders headers = ObjectHeaders.of(request);
        PutCondition condition = WriteConditions.of(request);
        ChecksumAlgorithm kept = ClaimedChecksum.of(signed).map(ClaimedChecksum::algorithm)
                .orElse(ChecksumAlgorithm.CRC64NVME);
        RequestBody body = RequestBody.open(signed, Set.of(kept));
        return storage.put(bucket, request.key(), body.lengthBytes(), body.stream(),
                        _ -> attributes(headers, body, kept), condition)
                .compose(object -> reply(request, object));
    }

    private static ObjectAttributes attributes(
            ObjectHeaders headers, RequestBody body, ChecksumAlgorithm kept) {
        Digests verified = body.verified();
        return new ObjectAttributes(verified.md5Hex(), headers.system(), headers.user(),
                Optional.of(body.checksum(kept)));
    }

    private static Future<Void> reply(S3Request request, StoredObject object) {
        HttpServerResponse response = request.http().response();
        response.putHeader("ETag", '"' + object.attributes().etag() + '"');
        object.checksum().ifPresent(checksum -> ObjectHeaders.write(response, checksum));
        ObjectHeaders.writeVersion(response, object);
        return Reply.empty(request, 200);
    }
}
