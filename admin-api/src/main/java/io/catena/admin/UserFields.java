package io.catena.admin;

import java.util.Optional;
import java.util.regex.Pattern;

/// The fields of a user, as requests give them.
record UserFields(Fields fields) {
    /// Letters that need no escape in XML, URLs and logs.
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+=-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,128}");
    private static final Pattern EMAIL = Pattern.compile(
            "|[^\\p{Cntrl}\\s@]{1,64}@[^\\p{Cntrl}\\s@]{1,189}");

    Optional<String> id() {
        Optional<String> id = fields.text(
                "id", ID, "1 to 64 letters, digits and . _ @ + = -, a letter or digit first");
        if (id.equals(Optional.of(AdminRequest.ROOT_NAME))) {
            throw AdminError.USER_EXISTS.exception("The name root is the root user's.");
        }
        return id;
    }

    Optional<String> displayName() {
        return fields.text("displayName", NAME, "1 to 128 letters");
    }

    Optional<String> email() {
        return fields.text("email", EMAIL, "an e-mail address, or empty");
    }

    Optional<Boolean> administrator() {
        return fields.flag("administrator");
    }

    Optional<Boolean> disabled() {
        return fields.flag("disabled");
    }
}
