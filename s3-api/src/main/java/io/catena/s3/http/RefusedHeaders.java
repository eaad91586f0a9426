package io.catena.s3.http;

import io.catena.s3.error.S3Error;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Headers that ask for something that is not built. They are refused: storing an object without
/// the encryption, lock or tags that its owner asked for would be worse than not storing it.
public final class RefusedHeaders {
    private static final List<String> NOT_BUILT_PREFIXES = List.of(
            "x-amz-server-side-encryption", "x-amz-copy-source-server-side-encryption",
            "x-amz-object-lock-", "x-amz-tagging", "x-amz-website-redirect-location",
            "x-amz-write-offset-bytes", "x-amz-bypass-governance-retention", "x-amz-mfa",
            "x-amz-if-match-", "x-amz-fwd-", "x-amz-security-token", "x-amz-rename-source",
            "x-amz-bucket-object-lock-", "x-amz-object-ownership");
    /// Values that say what happens anyway.
    private static final Set<String> HARMLESS_VALUES = Set.of(
            "x-amz-tagging-directive: copy", "x-amz-bucket-object-lock-enabled: false",
            "x-amz-object-ownership: bucketownerenforced", "x-amz-tagging: ",
            "x-amz-object-lock-legal-hold: off",
            // Nothing is locked, so there is nothing to bypass.
            "x-amz-bypass-governance-retention: true", "x-amz-bypass-governance-retention: false");
    private static final Set<String> ACLS = Set.of("private", "bucket-owner-full-control");

    private RefusedHeaders() {}

    /// @throws io.catena.s3.error.S3Exception NOT_IMPLEMENTED, ACL_NOT_SUPPORTED,
    ///     INVALID_STORAGE_CLASS
    public static void check(S3Request request) {
        for (String name : request.http().headers().names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-amz-") && !lower.startsWith("x-amz-meta-")) {
                check(lower, request.header(lower).orElse(""));
            }
        }
    }

    /// As [#check(S3Request)], of the fields of a form, by lower-case name.
    public static void check(Map<String, String> fields) {
        fields.forEach((name, value) -> {
            if (name.equals("tagging")) {
                throw S3Error.NOT_IMPLEMENTED.exception("Not implemented: tagging");
            }
            check(name.equals("acl") ? "x-amz-acl" : name, value);
        });
    }

    private static void check(String name, String value) {
        if (name.startsWith("x-amz-grant-") || name.equals("x-amz-acl") && !ACLS.contains(value)) {
            throw S3Error.ACL_NOT_SUPPORTED.exception();
        }
        if (name.equals("x-amz-storage-class") && !value.equals("STANDARD")) {
            throw S3Error.INVALID_STORAGE_CLASS.exception();
        }
        boolean harmless = HARMLESS_VALUES.contains(name + ": " + value.toLowerCase(Locale.ROOT));
        if (!harmless && NOT_BUILT_PREFIXES.stream().anyMatch(name::startsWith)) {
            throw S3Error.NOT_IMPLEMENTED.exception("Not implemented: " + name);
        }
    }
}
