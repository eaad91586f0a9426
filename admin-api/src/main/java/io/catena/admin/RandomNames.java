package io.catena.admin;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Ids and secrets that nobody can guess.
public record RandomNames(SecureRandom random) {
    private static final String ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final String SECRET_LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int USER_ID_BYTES = 32;

    /// 64 hexadecimal digits, as AWS's canonical user ids have.
    String userId() {
        byte[] id = new byte[USER_ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    /// 20 letters, as AWS's have.
    public String accessKeyId() {
        return "CATENA" + letters(ID_LETTERS, 14);
    }

    /// 40 letters: 238 bits.
    public String secret() {
        return letters(SECRET_LETTERS, 40);
    }

    private String letters(String from, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(from.charAt(random.nextInt(from.length())));
        }
        return text.toString();
    }
}
