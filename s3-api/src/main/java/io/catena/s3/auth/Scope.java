package io.catena.s3.auth;

/// What a signing key is good for: `date/region/service/aws4_request`.
///
/// @param date yyyymmdd, UTC
record Scope(String date, String region, String service) {
    static final String TERMINATOR = "aws4_request";

    @Override
    public String toString() {
        return date + "/" + region + "/" + service + "/" + TERMINATOR;
    }
}
