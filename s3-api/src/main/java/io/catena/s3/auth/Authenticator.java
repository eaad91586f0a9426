package io.catena.s3.auth;

import io.catena.client.chain.StorageException;
import io.catena.client.object.Credential;
import io.catena.client.object.Users;
import io.catena.protocol.chain.ReadLevel;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/// Decides who sent a request, by Signature Version 4 in header or query. Everything that carries
/// authority must be signed: `host`, and each x-amz-* header that is there (a presigned upload must
/// not be turned into a copy by adding x-amz-copy-source). Safe for several event loops.
public final class Authenticator {
    /// The service that S3 clients sign for.
    public static final String S3 = "s3";
    private static final Duration SKEW_MAX = Duration.ofMinutes(15);

    private final Users users;
    private final String service;
    private final String region;
    private final InstantSource clock;
    private final SigningKeys signingKeys = new SigningKeys();

    /// @param service the only one that signatures may name: what was signed for one must not be
    ///     taken by another
    /// @param region the only one that signatures may name
    public Authenticator(Users users, String service, String region, InstantSource clock) {
        this.users = users;
        this.service = service;
        this.region = region;
        this.clock = clock;
    }

    /// @param level how fresh this server's knowledge of the key must be
    /// @throws io.catena.s3.error.S3Exception ACCESS_DENIED (also for anonymous requests),
    ///     SIGNATURE_DOES_NOT_MATCH, REQUEST_TIME_TOO_SKEWED and the other errors of authentication
    /// @throws io.catena.client.chain.StorageException UNAVAILABLE when keys cannot be looked up
    public SignedRequest authenticate(S3Request request, ReadLevel level) {
        Claim claim = claim(request);
        checkScope(claim);
        checkTime(claim);
        checkSignedHeaders(request, claim);
        String payloadHash = payloadHash(request, claim);
        PayloadMode payload = PayloadMode.parse(payloadHash);
        Credential signer = users.credential(claim.keyId(), level)
                .orElseThrow(S3Error.INVALID_ACCESS_KEY_ID::exception);
        SigningKey signingKey = signingKeys.of(signer.key(), claim.scope());
        checkSignature(request, claim, payloadHash, signingKey);
        Optional<ChunkSignatures> chunks = payload instanceof PayloadMode.Chunked(boolean signed, _)
                && signed ? Optional.of(new ChunkSignatures(signingKey, claim)) : Optional.empty();
        return new SignedRequest(request, signer.user(), level, payload, chunks);
    }

    private Claim claim(S3Request request) {
        Optional<String> authorization = request.header("authorization");
        boolean presigned = request.query().parameters().stream()
                .anyMatch(parameter -> parameter.name().startsWith("X-Amz-Signature")
                        || parameter.name().equals("X-Amz-Algorithm")
                        || parameter.name().equals("X-Amz-Credential"));
        if (authorization.isPresent() && presigned) {
            throw S3Error.INVALID_ARGUMENT.exception("Only one auth mechanism allowed; only the "
                    + "X-Amz-Algorithm query parameter or the Authorization header should be "
                    + "specified");
        }
        if (authorization.isPresent()) {
            return HeaderClaim.parse(request, authorization.get(), service);
        }
        if (presigned) {
            return QueryClaim.parse(request, service);
        }
        if (request.query().has("AWSAccessKeyId")) {
            throw S3Error.UNSUPPORTED_AUTHORIZATION.exception();
        }
        throw S3Error.ACCESS_DENIED.exception();
    }

    private void checkScope(Claim claim) {
        if (!claim.scope().region().equals(region)) {
            S3Error error = claim.presigned()
                    ? S3Error.AUTHORIZATION_QUERY_PARAMETERS
                    : S3Error.AUTHORIZATION_HEADER_MALFORMED;
            throw error.exception("The region '" + claim.scope().region()
                    + "' is wrong; expecting '"
                    + region + "'");
        }
    }

    private void checkTime(Claim claim) {
        Instant now = clock.instant();
        Instant signed = claim.time();
        if (!claim.timestamp().startsWith(claim.scope().date())) {
            throw S3Error.SIGNATURE_DOES_NOT_MATCH.exception(
                    "Date in Credential scope does not match the date of the request.");
        }
        if (signed.isAfter(now.plus(SKEW_MAX))
                || !claim.presigned() && signed.isBefore(now.minus(SKEW_MAX))) {
            throw S3Error.REQUEST_TIME_TOO_SKEWED.exception();
        }
        if (claim.presigned() && signed.plusSeconds(claim.expiresSeconds()).isBefore(now)) {
            throw S3Error.EXPIRED_PRESIGNED.exception();
        }
    }

    private static void checkSignedHeaders(S3Request request, Claim claim) {
        if (!claim.signedHeaders().contains("host")) {
            throw S3Error.ACCESS_DENIED.exception("The host header must be signed.");
        }
        for (String name : request.http().headers().names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-amz-") && !claim.signedHeaders().contains(lower)) {
                throw S3Error.ACCESS_DENIED.exception("There were headers present in the request "
                        + "which were not signed: " + lower);
            }
        }
    }

    /// A presigned request need not say how its body is protected: it is not.
    private static String payloadHash(S3Request request, Claim claim) {
        Optional<String> header = request.header("x-amz-content-sha256");
        if (claim.presigned()) {
            return header.or(() -> request.query().get("X-Amz-Content-Sha256"))
                    .orElse(PayloadMode.UNSIGNED);
        }
        return header.orElseThrow(() -> S3Error.INVALID_REQUEST.exception(
                "Missing required header for this request: x-amz-content-sha256"));
    }

    private static void checkSignature(
            S3Request request, Claim claim, String payloadHash, SigningKey key) {
        String path = CanonicalRequest.path(request);
        boolean good = signatureFits(request, request.rawPath(), claim, payloadHash, key)
                || !path.equals(request.rawPath())
                && signatureFits(request, path, claim, payloadHash, key);
        if (!good) {
            throw S3Error.SIGNATURE_DOES_NOT_MATCH.exception();
        }
    }

    private static boolean signatureFits(
            S3Request request, String path, Claim claim, String payloadHash, SigningKey key) {
        String stringToSign = Claim.ALGORITHM + '\n' + claim.timestamp() + '\n' + claim.scope()
                + '\n' + CanonicalRequest.hash(request, path, claim, payloadHash);
        return SigningKey.same(key.sign(stringToSign), claim.signature());
    }
}
