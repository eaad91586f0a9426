package io.catena.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// Multipart uploads as the AWS SDK sees them.
final class MultipartTest {
    private static final int MIN = 5 * 1024 * 1024;

    private GatewayServer server;
    private final Random random = new Random(3);

    @BeforeEach
    void start() {
        server = new GatewayServer();
        server.client.createBucket(b -> b.bucket("music"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private CompletedPart part(String upload, int number, byte[] bytes,
            ChecksumAlgorithm algorithm) {
        UploadPartResponse part = server.client.uploadPart(b -> b.bucket("music").key("a")
                .uploadId(upload).partNumber(number).checksumAlgorithm(algorithm),
                RequestBody.fromBytes(bytes));
        return CompletedPart.builder().partNumber(number).eTag(part.eTag())
                .checksumCRC32(part.checksumCRC32()).checksumCRC32C(part.checksumCRC32C())
                .checksumSHA1(part.checksumSHA1()).checksumSHA256(part.checksumSHA256()).build();
    }

    private CompleteMultipartUploadResponse complete(String upload, List<CompletedPart> parts) {
        return server.client.completeMultipartUpload(b -> b.bucket("music").key("a")
                .uploadId(upload).multipartUpload(m -> m.parts(parts)));
    }

    private String create() {
        return server.client.createMultipartUpload(b -> b.bucket("music").key("a")).uploadId();
    }

    private static void assertCode(String code, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(S3Exception.class,
                e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource({"CRC32, COMPOSITE", "CRC32, FULL_OBJECT", "CRC32_C, FULL_OBJECT", "SHA1, COMPOSITE",
            "SHA256, COMPOSITE"})
    void shouldMakePartsOneObjectWithItsChecksum(ChecksumAlgorithm algorithm, ChecksumType type) {
        String upload = server.client.createMultipartUpload(b -> b.bucket("music").key("a")
                .checksumAlgorithm(algorithm).checksumType(type).contentType("audio/flac"))
                .uploadId();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        List<CompletedPart> parts = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            byte[] bytes = bytes(number == 3 ? 17 : MIN);
            whole.writeBytes(bytes);
            parts.add(part(upload, number, bytes, algorithm));
        }
        assertThat(complete(upload, parts).eTag()).endsWith("-3\"");
        // The SDK verifies full-object checksums itself.
        assertThat(server.client.getObjectAsBytes(
                b -> b.bucket("music").key("a").checksumMode(ChecksumMode.ENABLED)).asByteArray())
                .isEqualTo(whole.toByteArray());
        HeadObjectResponse head = server.client.headObject(b -> b.bucket("music").key("a")
                .partNumber(3).checksumMode(ChecksumMode.ENABLED));
        assertThat(head.checksumType()).isEqualTo(type);
        // The SDK verifies a part's checksum against the part's bytes.
        assertThat(server.client.getObjectAsBytes(b -> b.bucket("music").key("a").partNumber(2)
                .checksumMode(ChecksumMode.ENABLED)).asByteArray()).hasSize(MIN);
        assertShowsChecksums(parts, algorithm, head);
        assertThat(head.contentType()).isEqualTo("audio/flac");
        assertThat(head.partsCount()).isEqualTo(3);
        assertThat(head.contentLength()).isEqualTo(17);
    }

    private void assertShowsChecksums(
            List<CompletedPart> parts, ChecksumAlgorithm algorithm, HeadObjectResponse lastPart) {
        String field = "Checksum" + algorithm.toString();
        List<String> uploaded = parts.stream()
                .map(part -> part.getValueForField(field, String.class).orElseThrow()).toList();
        assertThat(lastPart.getValueForField(field, String.class)).contains(uploaded.getLast());
        GetObjectAttributesResponse attributes = server.client.getObjectAttributes(
                b -> b.bucket("music").key("a").partNumberMarker(1)
                        .objectAttributes(ObjectAttributes.OBJECT_PARTS));
        assertThat(attributes.objectParts().parts()).extracting(part ->
                part.getValueForField(field, String.class).orElseThrow())
                .isEqualTo(uploaded.subList(1, 3));
    }

    @Test
    void shouldDeriveTheDefaultChecksumFromTheParts() {
        String upload = create();
        byte[] first = bytes(MIN);
        byte[] second = bytes(100);
        List<CompletedPart> parts = List.of(
                part(upload, 1, first, ChecksumAlgorithm.CRC32), part(upload, 7, second, null));
        String combined = complete(upload, parts).checksumCRC64NVME();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(first);
        whole.writeBytes(second);
        server.client.putObject(b -> b.bucket("music").key("b"),
                RequestBody.fromBytes(whole.toByteArray()));
        String raw = new RawRequest("PUT", "/music/c").send(server.port, whole.toByteArray())
                .head();
        assertThat(raw).contains("x-amz-checksum-crc64nvme: " + combined);
    }

    @Test
    void shouldAnswerARepeatedCompletionAgain() {
        String upload = create();
        List<CompletedPart> parts = List.of(part(upload, 1, bytes(10), null));
        String etag = complete(upload, parts).eTag();
        assertThat(complete(upload, parts).eTag()).isEqualTo(etag);
        assertCode("NoSuchUpload", () -> complete("unknown", parts));
    }

    @Test
    void shouldRefuseWrongCompletions() {
        String upload = create();
        CompletedPart one = part(upload, 1, bytes(10), null);
        CompletedPart two = part(upload, 2, bytes(10), null);
        assertCode("EntityTooSmall", () -> complete(upload, List.of(one, two)));
        assertCode("InvalidPartOrder", () -> complete(upload, List.of(two, one)));
        assertCode("InvalidPart", () -> complete(
                upload, List.of(one.toBuilder().eTag("\"00\"").build())));
        assertCode("InvalidPart", () -> complete(
                upload, List.of(CompletedPart.builder().partNumber(9).eTag(one.eTag()).build())));
        assertCode("MalformedXML", () -> complete(upload, List.of()));
        assertCode("InvalidRequest", () -> server.client.completeMultipartUpload(
                b -> b.bucket("music").key("a").uploadId(upload).mpuObjectSize(11L)
                        .multipartUpload(m -> m.parts(one))));
        assertThat(server.client.listParts(b -> b.bucket("music").key("a").uploadId(upload))
                .parts())
                .hasSize(2);
    }

    @Test
    void shouldListThePartsOfAnObjectPageByPage() {
        String upload = create();
        complete(upload, List.of(part(upload, 2, bytes(MIN), null),
                part(upload, 5, bytes(MIN), null), part(upload, 9, new byte[7], null)));
        RawRequest.Response page = new RawRequest("GET", "/music/a?attributes=")
                .header("x-amz-object-attributes", "ObjectParts")
                .header("x-amz-part-number-marker", "1").header("x-amz-max-parts", "1")
                .send(server.port, "");
        assertThat(page.body()).contains("<PartsCount>3</PartsCount><PartNumberMarker>1<",
                "<NextPartNumberMarker>2<", "<MaxParts>1<", "<IsTruncated>true<",
                "<Part><PartNumber>2</PartNumber><Size>" + MIN + "</Size><ChecksumCRC64NVME>",
                "</ChecksumCRC64NVME></Part></ObjectParts>");
    }

    @Test
    void shouldCompareTheChecksumOfTheWholeAtCompletion() {
        String upload = server.client.createMultipartUpload(b -> b.bucket("music").key("a")
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)).uploadId();
        CompletedPart one = part(upload, 1, new byte[3], ChecksumAlgorithm.SHA256);
        String document = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"
                + one.eTag() + "</ETag></Part></CompleteMultipartUpload>";
        for (String wrong : List.of("bad", one.checksumSHA256())) {
            assertThat(new RawRequest("POST", "/music/a?uploadId=" + upload)
                    .header("x-amz-checksum-sha256", wrong).send(server.port, document)
                    .hasCode("BadDigest")).isTrue();
        }
        String whole = complete(upload, List.of(one)).checksumSHA256();
        assertThat(whole).endsWith("-1");
        assertThat(new RawRequest("POST", "/music/a?uploadId=" + upload)
                .header("x-amz-checksum-sha256", whole).send(server.port, document).status())
                .isEqualTo(200);
    }

    @Test
    void shouldRefuseChecksumTypesThatDoNotExist() {
        assertCode("InvalidRequest",
                () -> server.client.createMultipartUpload(b -> b.bucket("music")
                .key("a").checksumAlgorithm("SHA256").checksumType("FULL_OBJECT")));
        assertCode("InvalidRequest",
                () -> server.client.createMultipartUpload(b -> b.bucket("music")
                .key("a").checksumAlgorithm("CRC64NVME").checksumType("COMPOSITE")));
    }

    @Test
    void shouldListPartsAndUploadsPageByPage() {
        String upload = create();
        for (int number = 1; number <= 3; number++) {
            part(upload, number, bytes(number), null);
        }
        ListPartsResponse page = server.client.listParts(
                b -> b.bucket("music").key("a").uploadId(upload).maxParts(2));
        assertThat(page.parts()).extracting(Part::partNumber).containsExactly(1, 2);
        assertThat(page.isTruncated()).isTrue();
        assertThat(server.client.listParts(b -> b.bucket("music").key("a").uploadId(upload)
                .partNumberMarker(page.nextPartNumberMarker())).parts())
                .extracting(Part::partNumber).containsExactly(3);
        assertThat(server.client.listMultipartUploads(b -> b.bucket("music")).uploads())
                .extracting(MultipartUpload::uploadId).containsExactly(upload);
        server.client.abortMultipartUpload(b -> b.bucket("music").key("a").uploadId(upload));
        assertThat(server.client.listMultipartUploads(b -> b.bucket("music")).uploads()).isEmpty();
        assertCode("NoSuchUpload", () -> server.client.abortMultipartUpload(
                b -> b.bucket("music").key("a").uploadId(upload)));
    }

    @Test
    void shouldCopyRangesIntoParts() {
        byte[] source = bytes(MIN + 1_000);
        server.client.putObject(b -> b.bucket("music").key("src"), RequestBody.fromBytes(source));
        String upload = create();
        String etag = server.client.uploadPartCopy(b -> b.sourceBucket("music").sourceKey("src")
                .destinationBucket("music").destinationKey("a").uploadId(upload).partNumber(1)
                .copySourceRange("bytes=0-99")).copyPartResult().eTag();
        complete(upload, List.of(CompletedPart.builder().partNumber(1).eTag(etag).build()));
        assertThat(server.client.getObjectAsBytes(b -> b.bucket("music").key("a")).asByteArray())
                .isEqualTo(java.util.Arrays.copyOf(source, 100));
        String other = create();
        assertCode("InvalidRange",
                () -> server.client.uploadPartCopy(b -> b.sourceBucket("music")
                .sourceKey("src").destinationBucket("music").destinationKey("a").uploadId(other)
                .partNumber(1).copySourceRange("bytes=0-" + source.length)));
    }

    @Test
    void shouldRefusePartNumbersOutOfRange() {
        String upload = create();
        assertCode("InvalidArgument", () -> part(upload, 0, bytes(1), null));
        assertCode("InvalidArgument", () -> part(upload, 10_001, bytes(1), null));
    }
}
