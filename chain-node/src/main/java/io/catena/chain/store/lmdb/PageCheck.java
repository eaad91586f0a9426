package io.catena.chain.store.lmdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/// Looks whether LMDB may be let at its file. LMDB believes every number in its pages; a wrong one
/// makes it read or write beside its memory, which ends the process, at each start anew. So the
/// file is read here first, as LMDB would read it, with every number checked: every page has one
/// owner or is free, every tree is as deep and has as many entries as its owner says, keys are in
/// order and below the right branch. What then may still be wrong are values and keys that keep
/// their order: each row's own checksum finds those.
final class PageCheck {
    static final int BRANCH = 0x01;
    static final int LEAF = 0x02;
    static final int OVERFLOW = 0x04;
    private static final int BIG_VALUE = 0x01;
    private static final int SUB_TREE = 0x02;
    private static final int INTEGER_KEYS = 0x08;
    private static final int NODE_BYTES = 8;
    private static final int DEPTH_MAX = 32;

    private final PageFile file;
    private final PageFile.Meta meta;
    private final PageSet reachable = new PageSet();
    private final PageSet free = new PageSet();

    /// What was found in a file that is in order.
    ///
    /// @param pages in use or free, the two meta pages too
    /// @param lostPages neither in use nor free: no harm but for their space
    record Found(int pageBytes, long pages, long freePages, long lostPages, long transaction) {}

    private PageCheck(PageFile file) {
        this.file = file;
        this.meta = file.newest();
    }

    /// @throws DamageException when LMDB must not open the file
    /// @throws IOException when it cannot be read
    static Found check(Path path) throws IOException {
        try (PageFile file = PageFile.open(path)) {
            return new PageCheck(file).check();
        } catch (IndexOutOfBoundsException e) {
            throw new DamageException("a page points outside of itself", e);
        }
    }

    private Found check() throws IOException {
        PageFile.Tree freeTree = meta.free();
        PageFile.Tree mainTree = meta.main();
        require(freeTree.flags() == INTEGER_KEYS && mainTree.flags() == 0 && mainTree.pad() == 0,
                "the flags of the two first trees", 0);
        require(meta.lastPage() >= 1 && meta.lastPage() < Integer.MAX_VALUE * 64L,
                "the last page", meta.lastPage());
        new Walk(freeTree, Kind.FREE).all();
        new Walk(mainTree, Kind.MAIN).all();
        long pages = meta.lastPage() + 1;
        long lost = pages - 2 - reachable.count() - free.count();
        return new Found(
                file.pageBytes(), pages, free.count(), lost, meta.transaction());
    }

    private void own(long page) {
        require(page > 1 && page <= meta.lastPage(), "a pointer to a page that is none", page);
        require(!free.contains(page) && reachable.add(page), "two owners of a page", page);
    }

    private void free(long page) {
        require(page > 1 && page <= meta.lastPage(), "a free page that is none", page);
        require(!reachable.contains(page) && free.add(page), "a free page with an owner", page);
    }

    private static void require(boolean holds, String what, long page) {
        if (!holds) {
            throw new DamageException(what + " is wrong at page " + page);
        }
    }

    private enum Kind { FREE, MAIN, TABLE }

    /// The walk over one tree.
    private final class Walk {
        private final PageFile.Tree tree;
        private final Kind kind;
        private long branchPages;
        private long leafPages;
        private long overflowPages;
        private long entries;

        Walk(PageFile.Tree tree, Kind kind) {
            this.tree = tree;
            this.kind = kind;
        }

        void all() throws IOException {
            boolean empty = tree.root() == PageFile.NO_PAGE;
            require(tree.depth() <= DEPTH_MAX && empty == (tree.depth() == 0),
                    "the depth of a tree", tree.root());
            if (!empty) {
                walk(tree.root(), 1, null, null);
            }
            require(branchPages == tree.branchPages() && leafPages == tree.leafPages()
                            && overflowPages == tree.overflowPages() && entries == tree.entries(),
                    "the size of a tree", tree.root());
        }

        /// @param least no key may be less; null: no bound
        /// @param end every key is less; null: no bound
        private void walk(long number, int depth, byte[] least, byte[] end) throws IOException {
            own(number);
            boolean leaf = depth == tree.depth();
            Nodes nodes = new Nodes(file.page(number), number, leaf);
            nodes.inOrder(least, end);
            if (leaf) {
                leafPages++;
                entries += nodes.count;
                for (int i = 0; i < nodes.count; i++) {
                    leafNode(nodes, i);
                }
                return;
            }
            branchPages++;
            for (int i = 0; i < nodes.count; i++) {
                byte[] from = i == 0 ? least : nodes.key(i);
                byte[] to = i + 1 < nodes.count ? nodes.key(i + 1) : end;
                walk(nodes.child(i), depth + 1, from, to);
            }
        }

        private void leafNode(Nodes nodes, int node) throws IOException {
            int flags = nodes.flags(node);
            boolean big = flags == BIG_VALUE;
            require(flags == 0 || big || flags == SUB_TREE && kind == Kind.MAIN,
                    "the flags of a node", nodes.number);
            if (big) {
                overflow(nodes.bigPage(node), nodes.valueBytes(node));
            }
            if (kind == Kind.FREE) {
                freeList(nodes, node);
            }
            require(kind != Kind.MAIN || flags == SUB_TREE
                    && nodes.valueBytes(node) == PageFile.Tree.BYTES, "a table", nodes.number);
            if (flags == SUB_TREE) {
                PageFile.Tree table = PageFile.Tree.read(nodes.page, nodes.valueAt(node));
                require(table.flags() == 0 && table.pad() == 0, "the flags of a table",
                        table.root());
                new Walk(table, Kind.TABLE).all();
            }
        }

        private void overflow(long first, long valueBytes) throws IOException {
            long pages = (PageFile.HEADER_BYTES - 1 + valueBytes) / file.pageBytes() + 1;
            for (long page = first; page < first + pages; page++) {
                own(page);
            }
            ByteBuffer header = file.page(first);
            require(header.getLong(0) == first && header.getShort(10) == OVERFLOW
                    && header.getInt(12) == pages, "the header of a value", first);
            // The end of the value must be in the file, too.
            file.page(first + pages - 1);
            overflowPages += pages;
        }

        /// Value of the free tree: how many pages u64 · their numbers u64.
        private void freeList(Nodes nodes, int node) throws IOException {
            ByteBuffer list = nodes.value(node);
            long count = list.getLong(0);
            require(count >= 0 && (count + 1) * Long.BYTES <= list.remaining()
                            && nodes.number(nodes.key(node)) <= meta.transaction(),
                    "a list of free pages", nodes.number);
            for (int i = 1; i <= count; i++) {
                free(list.getLong(i * Long.BYTES));
            }
        }

        /// A branch or leaf page with what it points to:
        ///
        /// ```
        /// branch node   child's page: bits 0-31, 32-47 · key length u16 · key
        /// leaf node     value length u32 · flags u16 · key length u16 · key · value, or its page
        /// ```
        private final class Nodes {
            private final ByteBuffer page;
            private final long number;
            private final int count;
            private final boolean leaf;

            Nodes(ByteBuffer page, long number, boolean leaf) {
                this.page = page;
                this.number = number;
                this.leaf = leaf;
                int lower = u16(12);
                int upper = u16(14);
                count = (lower - PageFile.HEADER_BYTES) / 2;
                boolean enough = count >= (leaf || kind == Kind.FREE ? 1 : 2);
                require(page.getLong(0) == number && u16(10) == (leaf ? LEAF : BRANCH)
                                && lower % 2 == 0 && lower <= upper && upper <= page.limit()
                                && enough,
                        "the header of a page", number);
                nodesFill(upper);
            }

            private int u16(int at) {
                return Short.toUnsignedInt(page.getShort(at));
            }

            /// Nodes lie one behind the other, from `upper` to the end of the page.
            private void nodesFill(int upper) {
                int[] starts = new int[count + 1];
                int[] ends = new int[count + 1];
                for (int i = 0; i < count; i++) {
                    starts[i] = at(i);
                    require(starts[i] >= upper && starts[i] % 2 == 0
                            && keyBytes(i) <= Tx.KEY_BYTES_MAX, "a node", number);
                    int bytes = NODE_BYTES + keyBytes(i) + inlineBytes(i);
                    ends[i] = starts[i] + bytes + bytes % 2;
                }
                starts[count] = page.limit();
                ends[count] = upper;
                Arrays.sort(starts);
                Arrays.sort(ends);
                require(Arrays.equals(starts, ends), "the place of a node", number);
            }

            private int at(int node) {
                return u16(PageFile.HEADER_BYTES + 2 * node);
            }

            private int keyBytes(int node) {
                return u16(at(node) + 6);
            }

            private int flags(int node) {
                return u16(at(node) + 4);
            }

            private long valueBytes(int node) {
                return Integer.toUnsignedLong(page.getInt(at(node)));
            }

            /// How much of the value stands in the page.
            private int inlineBytes(int node) {
                if (!leaf) {
                    return 0;
                }
                long bytes = flags(node) == BIG_VALUE ? Long.BYTES : valueBytes(node);
                require(bytes <= page.limit(), "the length of a value", number);
                return (int) bytes;
            }

            private int valueAt(int node) {
                return at(node) + NODE_BYTES + keyBytes(node);
            }

            private long bigPage(int node) {
                return page.getLong(valueAt(node));
            }

            private ByteBuffer value(int node) throws IOException {
                if (flags(node) == BIG_VALUE) {
                    long offset = bigPage(node) * file.pageBytes() + PageFile.HEADER_BYTES;
                    return file.read(offset, Math.toIntExact(valueBytes(node)));
                }
                return page.slice(valueAt(node), inlineBytes(node))
                        .order(ByteOrder.nativeOrder());
            }

            private long child(int node) {
                return valueBytes(node) | (long) flags(node) << 32;
            }

            private byte[] key(int node) {
                byte[] key = new byte[keyBytes(node)];
                page.get(at(node) + NODE_BYTES, key);
                return key;
            }

            /// The first key of a branch page stands for everything less and is not looked at.
            void inOrder(byte[] least, byte[] end) {
                byte[] before = null;
                for (int i = leaf ? 0 : 1; i < count; i++) {
                    byte[] key = key(i);
                    require(before == null ? least == null || compare(least, key) <= 0
                            : compare(before, key) < 0, "the order of keys", number);
                    before = key;
                }
                require(before == null || end == null || compare(before, end) < 0,
                        "the order of keys", number);
            }

            private int compare(byte[] a, byte[] b) {
                if (kind != Kind.FREE) {
                    return Arrays.compareUnsigned(a, b);
                }
                require(a.length == Long.BYTES && b.length == Long.BYTES,
                        "a key of the free tree", number);
                return Long.compareUnsigned(number(a), number(b));
            }

            private long number(byte[] key) {
                return ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getLong();
            }
        }
    }
}
