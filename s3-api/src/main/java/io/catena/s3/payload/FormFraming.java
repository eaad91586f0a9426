package io.catena.s3.payload;

import io.catena.s3.error.S3Error;
import io.catena.s3.error.S3Exception;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// multipart/form-data (RFC 7578) as browsers upload with it: fields, which are held, then one
/// file, whose bytes pass. What follows the file is ignored, as the S3 API reference says of POST
/// Object. Held are one part's head, the fields, and less than a delimiter of the file.
final class FormFraming implements Framing {
    /// S3 API reference, POST Object: all of the form but the file.
    private static final int FIELDS_BYTES_MAX = 20 * 1024;
    private static final int HEAD_BYTES_MAX = 4 * 1024;
    private static final int FIELDS_MAX = 100;
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
    private static final Pattern DISPOSITION =
            Pattern.compile("(?im)^content-disposition:\\s*form-data\\s*;(.*)$");
    private static final Pattern NAME = Pattern.compile("(?i)(?:^|[;\\s])name=\"?([^\";]*)\"?");
    private static final Pattern FILENAME =
            Pattern.compile("(?i)(?:^|[;\\s])filename=\"?([^\";]*)\"?");

    private enum State { DELIMITER, DELIMITER_END, HEAD, VALUE, FILE, DONE }

    private final byte[] delimiter;
    private final Map<String, String> fields = new TreeMap<>();
    private State state = State.DELIMITER;
    /// As if a line had ended before the form: so every delimiter looks the same.
    private byte[] pending = {'\r', '\n'};
    private int searchedBytes;
    private String name = "";
    private String filename = "";
    private int fieldBytes;
    private long fileBytes;
    private long fileBytesMin;
    private long fileBytesMax;

    /// @param fileBytesMax an upload may be so long
    FormFraming(String boundary, long fileBytesMax) {
        delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        this.fileBytesMax = fileBytesMax;
    }

    /// Takes bytes up to the beginning of the file; gives whether it was reached.
    ///
    /// @throws S3Exception MALFORMED_POST, POST_FIELDS_TOO_LARGE, INVALID_ARGUMENT without a file
    boolean begin(Buffer received) {
        append(received);
        boolean more = true;
        while (more && state != State.FILE) {
            more = switch (state) {
                case DELIMITER -> onDelimiter();
                case DELIMITER_END -> onDelimiterEnd();
                case HEAD -> onHead();
                case VALUE -> onValue();
                case FILE, DONE -> false;
            };
        }
        return state == State.FILE;
    }

    /// By lower-case name.
    Map<String, String> fields() {
        return Collections.unmodifiableMap(fields);
    }

    /// As the browser named the file, without folders; may be empty.
    String filename() {
        return filename.substring(Math.max(
                filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
    }

    /// A narrower limit than that of every upload.
    void limit(long bytesMin, long bytesMax) {
        fileBytesMin = bytesMin;
        fileBytesMax = Math.min(fileBytesMax, bytesMax);
    }

    @Override
    public void accept(Buffer received, Output out) {
        if (state == State.FILE) {
            append(received);
            pass(out);
        }
    }

    @Override
    public void end(Output out) {
        if (state == State.FILE) {
            // All of it may have come with the fields.
            pass(out);
        }
        if (state != State.DONE) {
            throw malformed();
        }
        if (fileBytes < fileBytesMin) {
            throw S3Error.ENTITY_TOO_SMALL.exception();
        }
    }

    private void pass(Output out) {
        int at = find(delimiter);
        int end = at >= 0 ? at : Math.max(0, pending.length - delimiter.length + 1);
        fileBytes += end;
        if (fileBytes > fileBytesMax) {
            throw S3Error.ENTITY_TOO_LARGE.exception();
        }
        if (end > 0) {
            out.data(Buffer.buffer(Arrays.copyOf(pending, end)));
        }
        drop(at >= 0 ? pending.length : end);
        if (at >= 0) {
            state = State.DONE;
        }
    }

    private boolean onDelimiter() {
        int at = find(delimiter);
        if (at < 0) {
            bounded(HEAD_BYTES_MAX, S3Error.MALFORMED_POST);
            return false;
        }
        drop(at + delimiter.length);
        state = State.DELIMITER_END;
        return true;
    }

    private boolean onDelimiterEnd() {
        if (pending.length < 2) {
            return false;
        }
        if (pending[0] == '-' && pending[1] == '-') {
            throw S3Error.INVALID_ARGUMENT.exception(
                    "POST requires exactly one file upload per request.");
        }
        if (pending[0] != '\r' || pending[1] != '\n') {
            throw malformed();
        }
        state = State.HEAD;
        return true;
    }

    private boolean onHead() {
        int at = find(HEAD_END);
        if (at < 0) {
            bounded(HEAD_BYTES_MAX, S3Error.MALFORMED_POST);
            return false;
        }
        String head = text(Arrays.copyOf(pending, at)).replace("\r\n", "\n");
        Matcher disposition = DISPOSITION.matcher(head);
        if (!disposition.find()) {
            throw malformed();
        }
        name = parameter(NAME, disposition.group(1)).orElseThrow(FormFraming::malformed)
                .toLowerCase(Locale.ROOT);
        boolean file = name.equals("file");
        if (file) {
            filename = parameter(FILENAME, disposition.group(1)).orElse("");
        }
        drop(at + HEAD_END.length);
        state = file ? State.FILE : State.VALUE;
        return true;
    }

    private boolean onValue() {
        int at = find(delimiter);
        int most = FIELDS_BYTES_MAX - fieldBytes - name.length();
        if (at < 0) {
            bounded(most + delimiter.length, S3Error.POST_FIELDS_TOO_LARGE);
            return false;
        }
        if (at > most || fields.size() == FIELDS_MAX) {
            throw S3Error.POST_FIELDS_TOO_LARGE.exception();
        }
        fieldBytes += name.length() + at;
        if (fields.put(name, text(Arrays.copyOf(pending, at))) != null) {
            throw S3Error.INVALID_ARGUMENT.exception("Duplicate form field: " + name);
        }
        drop(at + delimiter.length);
        state = State.DELIMITER_END;
        return true;
    }

    private void bounded(int bytesMax, S3Error error) {
        if (pending.length > bytesMax) {
            throw error.exception();
        }
    }

    private void append(Buffer received) {
        byte[] all = Arrays.copyOf(pending, pending.length + received.length());
        received.getBytes(all, pending.length);
        pending = all;
    }

    private void drop(int count) {
        pending = Arrays.copyOfRange(pending, count, pending.length);
        searchedBytes = 0;
    }

    /// Where `wanted` begins in what is pending, or -1; never looks at a byte again in vain.
    private int find(byte[] wanted) {
        for (int at = searchedBytes; at <= pending.length - wanted.length; at++) {
            if (pending[at] == wanted[0] && Arrays.equals(
                    pending, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        searchedBytes = Math.max(0, pending.length - wanted.length + 1);
        return -1;
    }

    private static Optional<String> parameter(Pattern pattern, String parameters) {
        Matcher matcher = pattern.matcher(parameters);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw malformed();
        }
    }

    private static S3Exception malformed() {
        return S3Error.MALFORMED_POST.exception();
    }
}
