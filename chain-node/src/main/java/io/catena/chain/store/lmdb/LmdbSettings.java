package io.catena.chain.store.lmdb;

/// What operators may tune of one disk.
///
/// @param mapBytes address space for the index and log; costs nothing until used, and bounds them
/// @param readersMax reads at one time, more wait; each costs a slot in LMDB's reader table
/// @param dataBytesMax how large the data file of bodies may get
/// @param reserveBytes kept free on the file system, so that deletes, the log and recovery work on
///     a full disk: clients put nothing below it; what they put before, and is on its way through
///     the chain, is taken down to half of it
/// @param stagedBytesMax bodies written but not yet named by an update; beyond it writers are told
///     to slow down
/// @param stagedIdleMillis a staged body that nobody went on with is dropped after this
/// @param readGraceMillis bytes of a replaced body stay this long, for readers that began before
/// @param historyUpdatesMax applied updates kept in the log of a chain, for replicas that were away
///     briefly
/// @param historyBytesMax the same in bytes; what is reached first counts
/// @param outcomesMax applied updates of a chain whose request outcomes are kept, for late retries
public record LmdbSettings(
        long mapBytes,
        int readersMax,
        long dataBytesMax,
        long reserveBytes,
        long stagedBytesMax,
        long stagedIdleMillis,
        long readGraceMillis,
        int historyUpdatesMax,
        long historyBytesMax,
        int outcomesMax) {
    public static final LmdbSettings DEFAULTS = new LmdbSettings(
            1L << 40, 126, Long.MAX_VALUE / 2, 2L << 30, 1L << 30, 120_000, 900_000,
            16_384, 64L << 20, 16_384);

    private static final long RESERVE_BYTES_MAX = 2L << 30;
    private static final long RESERVE_BYTES_MIN = 64L << 20;
    private static final int RESERVE_DIVISOR = 20;
    private static final long HISTORY_BYTES_MIN = 1L << 20;
    private static final int HISTORY_DIVISOR = 256;

    /// The defaults on a file system of so many bytes: a small one has a smaller reserve, within
    /// 64 MiB and 2 GiB, and a shorter log behind each chain, of 1 MiB at least.
    public static LmdbSettings onFileSystem(long totalBytes) {
        return DEFAULTS.withReserveBytes(Math.clamp(
                        totalBytes / RESERVE_DIVISOR, RESERVE_BYTES_MIN, RESERVE_BYTES_MAX))
                .withHistory(DEFAULTS.historyUpdatesMax, Math.clamp(totalBytes / HISTORY_DIVISOR,
                        HISTORY_BYTES_MIN, DEFAULTS.historyBytesMax), DEFAULTS.outcomesMax);
    }

    public LmdbSettings {
        positive(mapBytes, "mapBytes");
        positive(readersMax, "readersMax");
        positive(dataBytesMax, "dataBytesMax");
        positive(stagedBytesMax, "stagedBytesMax");
        positive(stagedIdleMillis, "stagedIdleMillis");
        positive(readGraceMillis + 1, "readGraceMillis");
        positive(reserveBytes + 1, "reserveBytes");
        positive(historyUpdatesMax, "historyUpdatesMax");
        positive(historyBytesMax, "historyBytesMax");
        positive(outcomesMax, "outcomesMax");
    }

    private static void positive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is too small");
        }
    }

    public LmdbSettings withMapBytes(long bytes) {
        return new LmdbSettings(bytes, readersMax, dataBytesMax, reserveBytes, stagedBytesMax,
                stagedIdleMillis, readGraceMillis, historyUpdatesMax, historyBytesMax, outcomesMax);
    }

    public LmdbSettings withDataBytesMax(long bytes) {
        return new LmdbSettings(mapBytes, readersMax, bytes, reserveBytes, stagedBytesMax,
                stagedIdleMillis, readGraceMillis, historyUpdatesMax, historyBytesMax, outcomesMax);
    }

    public LmdbSettings withReserveBytes(long bytes) {
        return new LmdbSettings(mapBytes, readersMax, dataBytesMax, bytes, stagedBytesMax,
                stagedIdleMillis, readGraceMillis, historyUpdatesMax, historyBytesMax, outcomesMax);
    }

    public LmdbSettings withStagedBytesMax(long bytes) {
        return new LmdbSettings(mapBytes, readersMax, dataBytesMax, reserveBytes, bytes,
                stagedIdleMillis, readGraceMillis, historyUpdatesMax, historyBytesMax, outcomesMax);
    }

    public LmdbSettings withReadGraceMillis(long millis) {
        return new LmdbSettings(mapBytes, readersMax, dataBytesMax, reserveBytes, stagedBytesMax,
                stagedIdleMillis, millis, historyUpdatesMax, historyBytesMax, outcomesMax);
    }

    public LmdbSettings withHistory(int updatesMax, long bytesMax, int outcomes) {
        return new LmdbSettings(mapBytes, readersMax, dataBytesMax, reserveBytes, stagedBytesMax,
                stagedIdleMillis, readGraceMillis, updatesMax, bytesMax, outcomes);
    }
}
