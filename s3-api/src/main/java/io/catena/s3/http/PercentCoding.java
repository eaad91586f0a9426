package io.catena.s3.http;

import io.catena.s3.error.S3Error;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Percent-encoding of RFC 3986 as SigV4 wants it: everything but unreserved characters is encoded,
/// with upper-case digits. Decoding happens once and is strict; nothing is ever normalised.
public final class PercentCoding {
    private static final String HEX = "0123456789ABCDEF";

    private PercentCoding() {}

    /// The bytes that `encoded` stands for.
    ///
    /// @param plusIsSpace in queries `+` means a space, in paths itself
    /// @throws io.catena.s3.error.S3Exception INVALID_URI for a broken escape or a character that
    ///     no request target may have
    public static byte[] decode(String encoded, boolean plusIsSpace) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length());
        int at = 0;
        while (at < encoded.length()) {
            char c = encoded.charAt(at);
            if (c == '%') {
                out.write(escape(encoded, at));
                at += 3;
            } else if (c <= ' ' || c >= 0x7f) {
                throw S3Error.INVALID_URI.exception();
            } else {
                out.write(c == '+' && plusIsSpace ? ' ' : c);
                at++;
            }
        }
        return out.toByteArray();
    }

    /// As [#decode], as text.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_URI also when the bytes are not UTF-8
    public static String decodeText(String encoded, boolean plusIsSpace) {
        return text(decode(encoded, plusIsSpace));
    }

    /// Strict UTF-8: S3 keys are Unicode, and XML could not show anything else.
    ///
    /// @throws io.catena.s3.error.S3Exception INVALID_URI
    static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw S3Error.INVALID_URI.exception("The URI is not UTF-8.");
        }
    }

    /// UriEncode of the SigV4 documentation.
    public static String encode(byte[] bytes, boolean keepSlash) {
        StringBuilder out = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            if (unreserved(b) || keepSlash && b == '/') {
                out.append((char) b);
            } else {
                out.append('%').append(HEX.charAt(b >> 4 & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
        return out.toString();
    }

    public static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8), false);
    }

    private static int escape(String encoded, int at) {
        int high = at + 2 < encoded.length() ? Character.digit(encoded.charAt(at + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(encoded.charAt(at + 2), 16);
        if (low < 0 || encoded.charAt(at + 1) > 0x7f || encoded.charAt(at + 2) > 0x7f) {
            throw S3Error.INVALID_URI.exception();
        }
        return high << 4 | low;
    }

    private static boolean unreserved(byte b) {
        return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9'
                || b == '-' || b == '.' || b == '_' || b == '~';
    }
}
