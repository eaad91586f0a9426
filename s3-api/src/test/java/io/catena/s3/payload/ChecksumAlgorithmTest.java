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

    /// Made with the reference libraries (OpenSSL and xxHash 0.8) over nothing, "123456789" and a
    /// thousand bytes, which are more than any of them takes at a time.
    @ParameterizedTest
    @CsvSource({
        "SHA1, 2jmj7l5rSw0yVb/vlWAYkK/YBwk=, 98O8HYCOBHMq32eZZczDTKeuNEE=, "
                + "QUR1NBAX7JFwNDWm8pAySBj5g+k=",
        "SHA256, 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=, "
                + "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=, "
                + "UJfn1Yc1L1CXBirmefN72lgC2fh1q6FMjLTRoYitoXk=",
        "SHA512, z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6"
                + "+SfaPg==, 2eZ2LdHI6vbWGzxhkvxAjU1tXxF20MKRabwk5xw/J0rSf81YEbMT1oH35V7ALXPUmclU"
                + "Vba1u1A6z1dPuo/+hQ==, tB1C4Qbspr9XEjVmt+0VUMN9M68jr7+o4wLf1EyYizADomtBQO9C9TXm"
                + "bqQk58SjFhYwcmnm1SCmUI9ybaI9Cg==",
        "MD5, 1B2M2Y8AsgTpgAmY7PhCfg==, JfnnlDI7RTiF9RgfG2JNCw==, Kx541XZd6eEElaAUEqHPIg==",
        "XXHASH64, 70bbN1HY6Zk=, jLhB20DmroM=, mVlPSCgEPTU=",
        "XXHASH3, LQaABTjTlMI=, ctyxi2ehff8=, mJdl0Op6Xs0=",
        "XXHASH128, maoG0wFHmNhgAcMkRo1Jfw==, MxGUd+3l3NXpcWQnaB1YYA==, 9TT1HoKoHSmYl2XQ6npezQ=="})
    void shouldComputeWhatTheReferenceLibrariesCompute(
            ChecksumAlgorithm algorithm, String nothing, String digits, String thousand) {
        assertThat(of(algorithm, new byte[0])).isEqualTo(nothing);
        assertThat(of(algorithm, "123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(digits);
        byte[] bytes = new byte[1_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + 7);
        }
        assertThat(of(algorithm, bytes)).isEqualTo(thousand);
        ChecksumAlgorithm.Running slices = algorithm.start();
        for (int at = 0; at < bytes.length; at += 77) {
            slices.update(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 77)));
        }
        assertThat(slices.base64()).isEqualTo(thousand);
        assertThat(algorithm.valid(thousand)).isTrue();
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
