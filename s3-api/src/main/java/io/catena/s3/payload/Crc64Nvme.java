package io.catena.s3.payload;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.Checksum;

/// CRC-64/NVME (NVM Express Command Set Specification, section 5.2.1.3.4): polynomial
/// 0xAD93D23594C93659, reflected, all ones before and after. Sixteen bytes at a time, by sixteen
/// tables.
final class Crc64Nvme implements Checksum {
    /// The polynomial with its bits reversed.
    static final long POLYNOMIAL_REFLECTED = 0x9A6C9329AC4BC9B5L;
    private static final int SLICES = 16;
    private static final long[][] TABLES = tables();
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private long crc = ~0L;

    @Override
    public void update(int b) {
        crc = TABLES[0][(int) (crc ^ b) & 0xff] ^ crc >>> 8;
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        for (; end - at >= SLICES; at += SLICES) {
            long low = (long) LONGS.get(bytes, at) ^ crc;
            long high = (long) LONGS.get(bytes, at + Long.BYTES);
            crc = slices(low, 8) ^ slices(high, 0);
        }
        for (; at < end; at++) {
            update(bytes[at]);
        }
    }

    @Override
    public long getValue() {
        return ~crc;
    }

    @Override
    public void reset() {
        crc = ~0L;
    }

    /// What eight bytes contribute that have `behind` bytes of the block behind them.
    private static long slices(long eight, int behind) {
        return TABLES[behind + 7][(int) eight & 0xff]
                ^ TABLES[behind + 6][(int) (eight >>> 8) & 0xff]
                ^ TABLES[behind + 5][(int) (eight >>> 16) & 0xff]
                ^ TABLES[behind + 4][(int) (eight >>> 24) & 0xff]
                ^ TABLES[behind + 3][(int) (eight >>> 32) & 0xff]
                ^ TABLES[behind + 2][(int) (eight >>> 40) & 0xff]
                ^ TABLES[behind + 1][(int) (eight >>> 48) & 0xff]
                ^ TABLES[behind][(int) (eight >>> 56) & 0xff];
    }

    /// `tables[n][b]`: the effect of byte `b` with `n` zero bytes behind it.
    private static long[][] tables() {
        long[][] tables = new long[SLICES][256];
        for (int b = 0; b < 256; b++) {
            long crc = b;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL_REFLECTED : crc >>> 1;
            }
            tables[0][b] = crc;
        }
        for (int n = 1; n < SLICES; n++) {
            for (int b = 0; b < 256; b++) {
                long before = tables[n - 1][b];
                tables[n][b] = tables[0][(int) before & 0xff] ^ before >>> 8;
            }
        }
        return tables;
    }
}
