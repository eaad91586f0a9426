package io.catena.s3.payload;

/// The CRC of two byte sequences put together, from their CRCs and the length of the second: how
/// the full-object checksum of a multipart object comes out of its parts' checksums without reading
/// them again. Works for reflected CRCs with all ones before and after (the ones cancel out, as in
/// zlib's crc32_combine).
final class CrcCombination {
    private final int widthBits;
    private final long polynomialReflected;

    CrcCombination(int widthBits, long polynomialReflected) {
        this.widthBits = widthBits;
        this.polynomialReflected = polynomialReflected;
    }

    /// The CRC of first and second, one after the other.
    long combine(long first, long second, long secondBytes) {
        return multiply(first, xToThe(8 * secondBytes)) ^ second;
    }

    /// x^exponent modulo the polynomial; in reflected form the highest bit stands for x^0.
    private long xToThe(long exponent) {
        long result = 1L << widthBits - 1;
        long power = 1L << widthBits - 2;
        for (long left = exponent; left != 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = multiply(result, power);
            }
            power = multiply(power, power);
        }
        return result;
    }

    private long multiply(long a, long b) {
        long product = 0;
        long shifted = b;
        for (int bit = widthBits - 1; bit >= 0; bit--) {
            if ((a >>> bit & 1) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ polynomialReflected : shifted >>> 1;
        }
        return product;
    }
}
