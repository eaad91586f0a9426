package io.catena.s3.multipart;

import io.catena.client.object.Checksum;
import io.catena.client.object.Upload;
import io.catena.client.object.UploadPart;
import io.catena.s3.error.S3Error;
import io.catena.s3.payload.ChecksumAlgorithm;
import io.catena.s3.payload.Digests;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ETag and checksum of a multipart object, out of its parts'. Source: "Checking object integrity"
/// of the S3 user guide.
final class PartsChecksum {
    private PartsChecksum() {}

    /// The MD5 of the parts' MD5s, and how many there are.
    static String etag(List<UploadPart> parts) {
        Digests digests = new Digests(Set.of());
        parts.forEach(part -> digests.update(HexFormat.of().parseHex(part.etag())));
        return digests.md5Hex() + "-" + parts.size();
    }

    /// Empty when a part has no checksum in the upload's algorithm.
    static Optional<Checksum> of(Upload upload, List<UploadPart> parts) {
        ChecksumAlgorithm algorithm = Uploads.algorithm(upload);
        boolean complete = parts.stream().allMatch(part -> part.checksum()
                .filter(checksum -> checksum.algorithm().equals(algorithm.name())).isPresent());
        if (!complete) {
            return Optional.empty();
        }
        return Optional.of(Uploads.composite(upload)
                ? composite(algorithm, parts) : fullObject(algorithm, parts));
    }

    private static Checksum composite(ChecksumAlgorithm algorithm, List<UploadPart> parts) {
        Digests digests = new Digests(Set.of(algorithm));
        parts.forEach(part -> digests.update(Base64.getDecoder().decode(value(part))));
        return new Checksum(
                algorithm.name(), digests.base64(algorithm) + "-" + parts.size(), true);
    }

    private static Checksum fullObject(ChecksumAlgorithm algorithm, List<UploadPart> parts) {
        if (!algorithm.offersFullObject()) {
            throw S3Error.INVALID_REQUEST.exception();
        }
        String combined = value(parts.getFirst());
        for (UploadPart part : parts.subList(1, parts.size())) {
            combined = algorithm.combine(combined, value(part), part.sizeBytes());
        }
        return new Checksum(algorithm.name(), combined, false);
    }

    private static String value(UploadPart part) {
        return part.checksum().orElseThrow().base64();
    }
}
