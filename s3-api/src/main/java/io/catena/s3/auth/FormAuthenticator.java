package io.catena.s3.auth;

import io.catena.client.object.Credential;
import io.catena.client.object.Users;
import io.catena.protocol.chain.ReadLevel;
import io.catena.protocol.cluster.UserRecord;
import io.catena.s3.error.S3Error;
import io.catena.s3.http.S3Request;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Decides who lets a form be uploaded: whoever signed its policy, which then must allow every
/// field. Source: "Authenticating Requests: Browser-Based Uploads Using POST" of the S3 API
/// reference. Safe for several event loops.
public final class FormAuthenticator {
    private static final String CREDENTIAL = "x-amz-credential";

    private final Users users;
    private final String region;
    private final InstantSource clock;
    private final SigningKeys signingKeys = new SigningKeys();

    /// @param region the only one that signatures may name
    public FormAuthenticator(Users users, String region, InstantSource clock) {
        this.users = users;
        this.region = region;
        this.clock = clock;
    }

    /// What allows a form, and whose word that is.
    public record Permit(PostPolicy policy, UserRecord user) {}

    /// The policy that allows this form.
    ///
    /// @param form its fields, by lower-case name
    /// @throws io.catena.s3.error.S3Exception ACCESS_DENIED, SIGNATURE_DOES_NOT_MATCH,
    ///     INVALID_ACCESS_KEY_ID, INVALID_POLICY, INVALID_ARGUMENT
    public Permit authenticate(S3Request request, Map<String, String> form) {
        refuseOtherAuthority(request);
        if (field(form, "awsaccesskeyid").isPresent()) {
            throw S3Error.UNSUPPORTED_AUTHORIZATION.exception();
        }
        String policy = field(form, "policy").orElseThrow(S3Error.ACCESS_DENIED::exception);
        if (!needed(form, "x-amz-algorithm").equals(Claim.ALGORITHM)) {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
        }
        Claim.Named credential = Claim.credential(
                needed(form, CREDENTIAL), Authenticator.S3, S3Error.INVALID_ARGUMENT);
        Scope scope = credential.scope();
        checkScope(scope, needed(form, "x-amz-date"));
        Credential signer = users.credential(credential.keyId(), ReadLevel.STRONG)
                .orElseThrow(S3Error.INVALID_ACCESS_KEY_ID::exception);
        String expected = signingKeys.of(signer.key(), scope).sign(policy);
        if (!SigningKey.same(expected, needed(form, "x-amz-signature"))) {
            throw S3Error.SIGNATURE_DOES_NOT_MATCH.exception();
        }
        PostPolicy allowed = PostPolicy.parse(policy);
        allowed.check(form, request.bucket(), clock.instant());
        return new Permit(allowed, signer.user());
    }

    /// What the policy does not cover must not say anything.
    private static void refuseOtherAuthority(S3Request request) {
        if (request.header("authorization").isPresent()) {
            throw S3Error.INVALID_ARGUMENT.exception("Only one auth mechanism allowed");
        }
        for (String name : request.http().headers().names()) {
            if (name.toLowerCase(Locale.ROOT).startsWith("x-amz-")) {
                throw S3Error.ACCESS_DENIED.exception("There were headers present in the request "
                        + "which were not signed: " + name);
            }
        }
    }

    private void checkScope(Scope scope, String timestamp) {
        Claim.time(timestamp);
        if (!timestamp.startsWith(scope.date())) {
            throw S3Error.SIGNATURE_DOES_NOT_MATCH.exception(
                    "Date in Credential scope does not match the date of the form.");
        }
        if (!scope.region().equals(region)) {
            throw S3Error.INVALID_ARGUMENT.exception("The region '" + scope.region()
                    + "' is wrong; expecting '" + region + "'");
        }
    }

    private static Optional<String> field(Map<String, String> form, String name) {
        return Optional.ofNullable(form.get(name)).filter(text -> !text.isEmpty());
    }

    private static String needed(Map<String, String> form, String field) {
        return field(form, field).orElseThrow(() -> S3Error.INVALID_ARGUMENT.exception(
                "Bucket POST must contain a field named '" + field + "'. If it is specified, "
                        + "please check the order of the fields."));
    }
}
