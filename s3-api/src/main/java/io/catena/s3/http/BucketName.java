package io.catena.s3.http;

import java.util.List;
import java.util.regex.Pattern;

/// The rules for general purpose bucket names of the S3 user guide.
public final class BucketName {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+");
    private static final List<String> PREFIXES_RESERVED =
            List.of("xn--", "sthree-", "amzn-s3-demo-");
    private static final List<String> SUFFIXES_RESERVED =
            List.of("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3");

    private BucketName() {}

    /// Whether a bucket of this name may be asked for.
    static boolean valid(String name) {
        return SHAPE.matcher(name).matches() && !name.contains("..")
                && !ADDRESS.matcher(name).matches();
    }

    /// Whether AWS keeps the name for itself: such buckets are not created.
    public static boolean reserved(String name) {
        return PREFIXES_RESERVED.stream().anyMatch(name::startsWith)
                || SUFFIXES_RESERVED.stream().anyMatch(name::endsWith);
    }
}
