package io.catena.s3.auth;

/// What a signing key is good for: `date/region/s3/aws4_request`.
///
/// @param date yyyymmdd, UTC
record Scope(String date, String region) {
    static final String SERVICE = "s3";
    static final String TERMINATOR = "aws4_request";

    @Override
    public String toString() {
        return date + "/" + region + "/" + SERVICE + "/" + TERMINATOR;
    }
}
