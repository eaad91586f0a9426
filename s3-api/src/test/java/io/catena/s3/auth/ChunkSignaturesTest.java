package io.catena.s3.auth;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.s3.error.S3Exception;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The examples of "Transferring Payload in Multiple Chunks" and "... Including Trailing Headers"
/// of the S3 API reference.
final class ChunkSignaturesTest {
    private static ChunkSignatures seeded(String seed) {
        Scope scope = new Scope("20130524", "us-east-1", "s3");
        Claim claim = new Claim("AKIAIOSFODNN7EXAMPLE", scope, "20130524T000000Z", List.of("host"),
                seed, false, 0);
        return new ChunkSignatures(
                SigningKey.derive("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope), claim);
    }

    private static void update(ChunkSignatures signatures, int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) 'a');
        signatures.update(bytes);
    }

    @Test
    void shouldVerifyTheExample() {
        ChunkSignatures signatures =
                seeded("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
        assertThatCode(() -> {
            update(signatures, 65_000);
            update(signatures, 536);
            signatures.verifyChunk(
                    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
            update(signatures, 1_024);
            signatures.verifyChunk(
                    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
            signatures.verifyChunk(
                    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
        }).doesNotThrowAnyException();
    }

    @Test
    void shouldVerifyTheExampleWithTrailer() {
        ChunkSignatures signatures =
                seeded("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
        assertThatCode(() -> {
            update(signatures, 65_536);
            signatures.verifyChunk(
                    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2");
            update(signatures, 1_024);
            signatures.verifyChunk(
                    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7");
            signatures.verifyChunk(
                    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992");
            signatures.verifyTrailer("x-amz-checksum-crc32c:sOO8/Q==\n",
                    "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435");
        }).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseAChunkOutOfItsPlace() {
        ChunkSignatures signatures =
                seeded("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
        update(signatures, 1_024);
        assertThatThrownBy(() -> signatures.verifyChunk(
                "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"))
                .isInstanceOf(S3Exception.class);
    }
}
