package io.catena.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// One object as large as `-Dcatena.large.gib` says, in as many parts as S3 allows, up and down,
/// while the servers' memory stays what it is for small ones. `-Dcatena.large.servers=1` needs the
/// object's size on the disk, three servers need it three times.
@Tag("nightly")
final class LargeObjectSystemTest {
    private static final System.Logger LOG = System.getLogger("large");
    private static final long PART_BYTES_MIN = 5L << 20;
    private static final int PARTS_MAX = 10_000;
    private static final int UPLOADERS = 3;
    private static final int BUFFER_BYTES = 1 << 16;
    /// What the main job allows as well.
    private static final long RESIDENT_MEGABYTES_MAX = 400;
    private static final String BUCKET = "large";
    private static final String KEY = "object";

    private final long bytes = Long.getLong("catena.large.gib", 5) << 30;
    private final int servers = Integer.getInteger("catena.large.servers", 3);
    private final long partBytes = Math.max(PART_BYTES_MIN, (bytes + PARTS_MAX - 1) / PARTS_MAX);

    @Test
    void shouldTakeAndGiveALargeObjectInBoundedMemory() throws Exception {
        try (LocalCluster cluster =
                        LocalCluster.up(LocalCluster.emptyDirectory("large"), servers);
                S3Client s3 = cluster.client(1, 5, Duration.ofMinutes(120))) {
            s3.createBucket(b -> b.bucket(BUCKET));
            long startNanos = System.nanoTime();
            upload(s3);
            tell("up", startNanos);
            assertThat(s3.headObject(h -> h.bucket(BUCKET).key(KEY)).contentLength())
                    .isEqualTo(bytes);
            startNanos = System.nanoTime();
            download(s3);
            tell("down", startNanos);
            for (int server = 1; server <= servers; server++) {
                LOG.log(System.Logger.Level.INFO, "memory of server " + server + ": "
                        + cluster.memory(server));
                assertThat(cluster.residentMegabytes(server)).isLessThan(RESIDENT_MEGABYTES_MAX);
            }
        }
    }

    private void tell(String way, long startNanos) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        LOG.log(System.Logger.Level.INFO, "%s: %,d bytes in %.0f s, %.1f MB/s".formatted(
                way, bytes, seconds, bytes / 1e6 / seconds));
    }

    private void upload(S3Client s3) throws Exception {
        String upload = s3.createMultipartUpload(u -> u.bucket(BUCKET).key(KEY)).uploadId();
        List<Future<CompletedPart>> parts = new ArrayList<>();
        try (ExecutorService uploaders = Executors.newFixedThreadPool(UPLOADERS)) {
            for (long at = 0; at < bytes; at += partBytes) {
                long from = at;
                int number = parts.size() + 1;
                parts.add(uploaders.submit(() -> uploadPart(s3, upload, number, from)));
            }
        }
        List<CompletedPart> completed = new ArrayList<>();
        for (Future<CompletedPart> part : parts) {
            completed.add(part.get());
        }
        LOG.log(System.Logger.Level.INFO, completed.size() + " parts of " + partBytes + " bytes");
        s3.completeMultipartUpload(c -> c.bucket(BUCKET).key(KEY).uploadId(upload)
                .multipartUpload(m -> m.parts(completed)));
    }

    private CompletedPart uploadPart(S3Client s3, String upload, int number, long from) {
        long count = Math.min(partBytes, bytes - from);
        String etag = s3.uploadPart(
                u -> u.bucket(BUCKET).key(KEY).uploadId(upload).partNumber(number),
                RequestBody.fromContentProvider(() -> new MadeBytes(from, count), count,
                        "application/octet-stream")).eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    private void download(S3Client s3) throws IOException {
        byte[] got = new byte[BUFFER_BYTES];
        long at = 0;
        try (InputStream body = s3.getObject(g -> g.bucket(BUCKET).key(KEY));
                MadeBytes expected = new MadeBytes(0, bytes)) {
            int count = body.readNBytes(got, 0, got.length);
            while (count > 0) {
                byte[] wanted = expected.readNBytes(count);
                assertThat(Arrays.equals(got, 0, count, wanted, 0, wanted.length))
                        .as("bytes from %d on", at).isTrue();
                at += count;
                count = body.readNBytes(got, 0, got.length);
            }
        }
        assertThat(at).isEqualTo(bytes);
    }
}
