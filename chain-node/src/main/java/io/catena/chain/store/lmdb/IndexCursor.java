package io.catena.chain.store.lmdb;

import io.catena.protocol.chain.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// A walk over a map of an [IndexTree] in key order: one cursor, and a stack of the spaces that it
/// is inside of. Seeking costs one lookup per space, a step costs one of the cursor.
final class IndexCursor implements AutoCloseable {
    private final IndexTree tree;
    private final Rows rows;
    private final Deque<Inside> stack = new ArrayDeque<>();
    private final long root;
    private byte[] row;
    private Bytes key;

    /// A space, the part of the key that leads to it, and its link's row in the parent.
    private record Inside(byte[] space, Bytes lead, byte[] link) {}

    IndexCursor(IndexTree tree, Rows rows, long root) {
        this.tree = tree;
        this.rows = rows;
        this.root = root;
    }

    /// To the first key at or after `target`; false when there is none.
    boolean seek(Bytes target) {
        stack.clear();
        stack.push(new Inside(Keys.of(root), Bytes.EMPTY, new byte[0]));
        long space = root;
        int at = 0;
        while (target.length() - at > tree.chunkBytes()) {
            byte[] link = tree.link(space, target, at);
            boolean found = rows.seek(link);
            if (!found || !Arrays.equals(rows.key(), link)) {
                return settle(found);
            }
            enter(link);
            space = childSpace();
            at += tree.chunkBytes();
        }
        return settle(rows.seek(tree.end(space, target, at)));
    }

    boolean next() {
        return settle(rows.next());
    }

    /// Walks links down and ends of spaces up until the cursor stands on a value.
    private boolean settle(boolean found) {
        boolean onRow = found;
        while (true) {
            if (!onRow || !rows.keyStartsWith(stack.getFirst().space())) {
                Inside left = stack.pop();
                if (stack.isEmpty()) {
                    key = null;
                    return false;
                }
                rows.seek(left.link());
                onRow = rows.next();
                continue;
            }
            row = rows.key();
            if (!tree.isLink(row)) {
                // A key that was changed must not be taken for another one.
                rows.view();
                key = keyOfRow();
                return true;
            }
            enter(row);
            onRow = rows.seek(stack.getFirst().space());
        }
    }

    private void enter(byte[] link) {
        Bytes lead = stack.getFirst().lead()
                .concat(Bytes.wrap(Arrays.copyOfRange(link, Long.BYTES, link.length - 1)));
        stack.push(new Inside(Keys.of(childSpace()), lead, link));
    }

    private long childSpace() {
        return rows.view().getLong(0);
    }

    private Bytes keyOfRow() {
        boolean marked = row.length == Long.BYTES + tree.chunkBytes() + 1;
        byte[] rest = Arrays.copyOfRange(row, Long.BYTES, marked ? row.length - 1 : row.length);
        Bytes lead = stack.getFirst().lead();
        return lead.isEmpty() ? Bytes.wrap(rest) : lead.concat(Bytes.wrap(rest));
    }

    Bytes key() {
        return key;
    }

    /// Valid until the next call in the transaction.
    ByteBuffer view() {
        return rows.view();
    }

    @Override
    public void close() {
        rows.close();
    }
}
