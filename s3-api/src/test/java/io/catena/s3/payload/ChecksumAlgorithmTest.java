package io.catena.s3.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ChecksumAlgorithmTest {
    private static String of(ChecksumAlgorithm algorithm, byte[] bytes) {
        ChecksumAlgorithm.Running running = algorithm.start();
        running.update(bytes);
        return running.base64();
    }

    /// The check values of the CRC catalogue over "123456789".
    @ParameterizedTest
    @CsvSource({"CRC32, y/Q5Jg==", "CRC32C, 4waSgw==", "CRC64NVME, rosUhgp5mIg="})
    void shouldComputeThePublishedCheckValues(ChecksumAlgorithm algorithm, String expected) {
        byte[] bytes = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(of(algorithm, bytes)).isEqualTo(expected);
    }

    @Test
    void shouldComputeTheSameByteByByteAndInSlices() {
        byte[] bytes = new byte[1_000];
        new Random(7).nextBytes(bytes);
        for (int length = 0; length < 100; length++) {
            Crc64Nvme slices = new Crc64Nvme();
            slices.update(bytes, 3, length);
            Crc64Nvme single = new Crc64Nvme();
            for (int i = 0; i < length; i++) {
                single.update(bytes[3 + i]);
            }
            assertThat(slices.getValue()).isEqualTo(single.getValue());
        }
    }

    @ParameterizedTest
    @EnumSource(value = ChecksumAlgorithm.class, names = {"CRC32", "CRC32C", "CRC64NVME"})
    void shouldCombineChecksumsOfPieces(ChecksumAlgorithm algorithm) {
        byte[] bytes = new byte[10_000];
        new Random(8).nextBytes(bytes);
        for (int cut : new int[] {0, 1, 15, 5_000, 9_999, 10_000}) {
            String first = of(algorithm, Arrays.copyOf(bytes, cut));
            String second = of(algorithm, Arrays.copyOfRange(bytes, cut, bytes.length));
            assertThat(algorithm.combine(first, second, bytes.length - cut))
                    .isEqualTo(of(algorithm, bytes));
        }
    }

    @ParameterizedTest
    @CsvSource({"CRC32, AAAAAA==, true", "CRC32, AAAA, false", "SHA1, ?, false",
            "CRC32, '', false"})
    void shouldKnowWhatCouldBeAValue(ChecksumAlgorithm algorithm, String text, boolean valid) {
        assertThat(algorithm.valid(text)).isEqualTo(valid);
    }
}
