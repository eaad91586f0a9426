package io.catena.s3.multipart;

import io.catena.client.object.Checksum;
import io.catena.client.object.ObjectAttributes;
import io.catena.client.object.ObjectStorage;
import io.catena.client.object.Upload;
import io.catena.client.object.UploadPart;
import io.catena.protocol.cluster.BucketRecord;
import io.catena.s3.auth.SignedRequest;
import io.catena.s3.bucket.Buckets;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.Reply;
import io.catena.s3.http.S3Request;
import io.catena.s3.object.ByteRange;
import io.catena.s3.object.CopySource;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.payload.CopyPipe;
import io.catena.s3.payload.Digests;
import io.catena.s3.xml.XmlWriter;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// S3 API reference: UploadPartCopy.
public final class UploadPartCopy {
    private static final long PART_BYTES_MAX = 5L * 1024 * 1024 * 1024;
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{1,18})");

    private final ObjectStorage storage;

    public UploadPartCopy(ObjectStorage storage) {
        this.storage = storage;
    }

    public Future<Void> handle(SignedRequest signed) {
        S3Request request = signed.request();
        BucketRecord bucket = Buckets.of(storage, signed);
        int number = Uploads.partNumber(request);
        return Uploads.find(storage, bucket, request)
                .compose(upload -> CopySource.find(storage, signed).compose(source ->
                        copy(bucket, upload, number, source, range(request, source))
                                .onSuccess(_ -> source.writeVersion(request.http().response()))))
                .compose(part -> Reply.xml(request, document(part)));
    }

    private Future<UploadPart> copy(
            BucketRecord bucket, Upload upload, int number, CopySource source, ByteRange range) {
        ChecksumAlgorithm kept = Uploads.algorithm(upload);
        Digests digests = new Digests(Set.of(kept));
        CopyPipe pipe = new CopyPipe(range.length(), digests);
        Future<UploadPart> put =
                storage.putPart(bucket, upload, number, range.length(), pipe.body(),
                _ -> new ObjectAttributes(digests.md5Hex(), new TreeMap<>(), new TreeMap<>(),
                        Optional.of(new Checksum(kept.name(), digests.base64(kept), false))));
        return pipe.carry(put, out -> storage.read(
                source.bucket(), source.object(), range.offset(), range.length(), out));
    }

    /// Unlike a Range this one must lie within the source.
    private static ByteRange range(S3Request request, CopySource source) {
        long sizeBytes = source.object().sizeBytes();
        Optional<String> header = request.headerWithText("x-amz-copy-source-range");
        ByteRange range = header.map(UploadPartCopy::range).orElse(new ByteRange(0, sizeBytes));
        if (header.isPresent() && range.offset() + range.length() > sizeBytes) {
            throw S3Error.INVALID_RANGE.exception(
                    "Range specified is not valid for source object "
                    + "of size: " + sizeBytes);
        }
        if (range.length() > PART_BYTES_MAX) {
            throw S3Error.INVALID_REQUEST.exception("The specified copy source is larger than the "
                    + "maximum allowable size for a copy source: " + PART_BYTES_MAX);
        }
        return range;
    }

    private static ByteRange range(String header) {
        Matcher matcher = RANGE.matcher(header);
        long first = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
        long last = matcher.matches() ? Long.parseLong(matcher.group(2)) : -1;
        if (last < first) {
            throw S3Error.INVALID_ARGUMENT.exception("The x-amz-copy-source-range value must be of "
                    + "the form bytes=first-last where first and last are the zero-based offsets "
                    + "of the first and last bytes to copy");
        }
        return new ByteRange(first, last - first + 1);
    }

    private static XmlWriter document(UploadPart part) {
        XmlWriter out = XmlWriter.document("CopyPartResult")
                .element("LastModified", Reply.xmlDate(part.modifiedMillis()))
                .element("ETag", '"' + part.etag() + '"');
        part.checksum().ifPresent(checksum -> out.element(
                ChecksumAlgorithm.of(checksum.algorithm()).xmlName(), checksum.base64()));
        return out.close("CopyPartResult");
    }
}
