package io.catena.protocol.chain;

/// What a record counts for. It is stored with the record, so that whoever adds, replaces or takes
/// away records keeps the sums without knowing what is in them.
///
/// @param scope whose sums they are (S3: a bucket's slot group), opaque to the chain; not negative
/// @param objects 1 for a record that stands for an object, else 0
/// @param versions 1 for a record that is a version of an object, else 0
/// @param bytes of the version's content
public record Charge(long scope, int objects, int versions, long bytes) {
    public Charge {
        if (objects < 0 || objects > 1 || versions < 0 || versions > 1 || bytes < 0) {
            throw new IllegalArgumentException("a charge of %d objects, %d versions, %d bytes"
                    .formatted(objects, versions, bytes));
        }
    }

    public Usage usage() {
        return new Usage(objects, versions, bytes);
    }
}
