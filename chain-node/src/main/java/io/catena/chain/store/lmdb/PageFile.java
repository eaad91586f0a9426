package io.catena.chain.store.lmdb;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// LMDB's `data.mdb`, read without LMDB: pages in the byte order of the machine, and the newer of
/// the two meta pages. The layout is that of `mdb.c`, data format 1, on a 64-bit machine:
///
/// ```
/// page        number u64 · pad u16 · flags u16 · lower u16 · upper u16 (overflow: pages u32)
/// meta page   page header · magic u32 · version u32 · address u64 · map size u64
///             · free tree · main tree · last page u64 · transaction u64
/// tree        pad u32 (free tree: page size) · flags u16 · depth u16 · branch pages u64
///             · leaf pages u64 · overflow pages u64 · entries u64 · root page u64
/// ```
final class PageFile implements AutoCloseable {
    static final int HEADER_BYTES = 16;
    static final int META = 0x08;
    private static final int MAGIC = 0xBEEFC0DE;
    private static final int VERSION = 1;
    private static final int PAGE_BYTES_MIN = 256;
    private static final int PAGE_BYTES_MAX = 1 << 16;
    private static final int PAGE_SIZE_AT = HEADER_BYTES + 24;
    private static final int FREE_AT = HEADER_BYTES + 24;
    private static final int MAIN_AT = FREE_AT + Tree.BYTES;
    private static final int LAST_PAGE_AT = MAIN_AT + Tree.BYTES;
    private static final int TRANSACTION_AT = LAST_PAGE_AT + Long.BYTES;
    private static final int META_BYTES = TRANSACTION_AT + Long.BYTES;

    /// The root of a tree without pages.
    static final long NO_PAGE = -1;

    private final FileChannel channel;
    private final int pageBytes;
    private final Meta newest;

    /// A tree as its owner describes it.
    record Tree(
            int pad, int flags, int depth, long branchPages, long leafPages, long overflowPages,
            long entries, long root) {
        static final int BYTES = 48;

        static Tree read(ByteBuffer in, int at) {
            return new Tree(in.getInt(at), Short.toUnsignedInt(in.getShort(at + 4)),
                    Short.toUnsignedInt(in.getShort(at + 6)), in.getLong(at + 8),
                    in.getLong(at + 16), in.getLong(at + 24), in.getLong(at + 32),
                    in.getLong(at + 40));
        }
    }

    /// What a meta page says.
    record Meta(Tree free, Tree main, long lastPage, long transaction) {}

    private PageFile(FileChannel channel) throws IOException {
        this.channel = channel;
        pageBytes = read(0, META_BYTES).getInt(PAGE_SIZE_AT);
        if (pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX
                || Integer.bitCount(pageBytes) != 1) {
            throw new DamageException("pages of " + pageBytes + " bytes");
        }
        newest = newest(meta(0), meta(1));
    }

    /// @throws DamageException when it is no LMDB file, or its meta pages do not fit each other
    static PageFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new PageFile(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private Meta meta(int page) throws IOException {
        ByteBuffer in = read((long) page * pageBytes, META_BYTES);
        if (in.getLong(0) != page || in.getShort(10) != META
                || in.getInt(HEADER_BYTES) != MAGIC || in.getInt(HEADER_BYTES + 4) != VERSION
                || in.getInt(PAGE_SIZE_AT) != pageBytes) {
            throw new DamageException("page " + page + " is no meta page");
        }
        return new Meta(Tree.read(in, FREE_AT), Tree.read(in, MAIN_AT),
                in.getLong(LAST_PAGE_AT), in.getLong(TRANSACTION_AT));
    }

    /// Transactions take turns on the two pages. Were one number wrong, LMDB could take the state
    /// before the last commit for the present one, and nothing in it would tell.
    private static Meta newest(Meta even, Meta odd) {
        boolean fresh = even.transaction() == 0 && odd.transaction() == 0;
        boolean turns = even.transaction() % 2 == 0 && odd.transaction() % 2 == 1
                && Math.abs(even.transaction() - odd.transaction()) == 1;
        if (!fresh && !turns) {
            throw new DamageException("the meta pages are of transactions %d and %d".formatted(
                    even.transaction(), odd.transaction()));
        }
        return even.transaction() > odd.transaction() ? even : odd;
    }

    Meta newest() {
        return newest;
    }

    int pageBytes() {
        return pageBytes;
    }

    /// A page, or some of the pages that an overflowing value has.
    ///
    /// @throws DamageException when the file ends before
    ByteBuffer page(long number) throws IOException {
        return read(number * pageBytes, pageBytes);
    }

    ByteBuffer read(long offsetBytes, int count) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(count).order(ByteOrder.nativeOrder());
        while (out.hasRemaining()) {
            if (channel.read(out, offsetBytes + out.position()) < 0) {
                throw new DamageException("the file ends before " + (offsetBytes + count),
                        new EOFException());
            }
        }
        return out.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
