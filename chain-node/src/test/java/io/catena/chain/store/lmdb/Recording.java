package io.catena.chain.store.lmdb;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a process wrote, flushed and said, as `strace -f -y -xx` saw it. Lines of the trace are the
/// time: a call that another thread's call came in between of has a start and an end.
final class Recording {
    /// The calls that change files or say something.
    static final String CALLS = "openat,close,lseek,write,writev,pwrite64,pwritev,ftruncate,"
            + "fallocate,fdatasync,fsync,msync,sync_file_range,rename,renameat,renameat2,unlink,"
            + "unlinkat,mkdir";

    /// Something that happened from line `start` on, and was done at line `end`.
    sealed interface Event {
        long start();

        long end();
    }

    /// @param synced durable when done: the file is open with O_DSYNC
    record Write(long start, long end, String file, long offset, byte[] bytes, boolean synced)
            implements Event {}

    record Truncate(long start, long end, String file, long length) implements Event {}

    /// All that was done before `start` is durable at `end`.
    record Flush(long start, long end, String file) implements Event {}

    /// A file (or, flushed, the names of files) came to be.
    record Create(long start, long end, String file) implements Event {}

    /// A line on standard output.
    record Said(long start, long end, String line) implements Event {}

    private record Begun(long start, String text) {}

    private final String directory;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Begun> begun = new HashMap<>();
    private final Map<Integer, Boolean> synced = new HashMap<>();
    private final Map<Integer, Long> positions = new HashMap<>();

    private Recording(Path directory) {
        this.directory = directory.toString();
    }

    /// Reads a trace of a process that worked on `directory`.
    static List<Event> read(Path trace, Path directory) throws IOException {
        Recording recording = new Recording(directory);
        try (BufferedReader lines = Files.newBufferedReader(trace, StandardCharsets.ISO_8859_1)) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                recording.line(++number, line);
            }
        }
        return recording.events;
    }

    private void line(long number, String line) {
        int space = line.indexOf(' ');
        String thread = line.substring(0, space);
        String text = line.substring(space).stripLeading();
        if (text.endsWith("<unfinished ...>")) {
            begun.put(thread, new Begun(
                    number, text.substring(0, text.length() - "<unfinished ...>".length())));
        } else if (text.startsWith("<... ")) {
            Begun start = begun.remove(thread);
            call(start.start(), number,
                    start.text() + text.substring(text.indexOf("resumed>") + 8));
        } else if (!text.startsWith("---") && !text.startsWith("+++")) {
            call(number, number, text);
        }
    }

    private void call(long start, long end, String text) {
        int equals = text.lastIndexOf(" = ");
        String result = text.substring(equals + 3).strip();
        if (result.startsWith("-1") || result.startsWith("?")) {
            return;
        }
        String name = text.substring(0, text.indexOf('('));
        int fd = name.equals("openat") ? descriptor(result) : descriptor(
                text.substring(name.length() + 1));
        String file = file(name.equals("openat") ? result : text);
        switch (name) {
            case "openat" -> opened(start, end, fd, file, text);
            case "close" -> positions.remove(fd);
            case "lseek" -> positions.put(fd, Long.parseLong(result));
            case "write" -> said(start, end, fd, file, text);
            case "writev" -> {
                long at = positions.getOrDefault(fd, 0L);
                positions.put(fd, at + Long.parseLong(result));
                written(start, end, fd, file, at, text, result);
            }
            case "pwrite64", "pwritev" -> {
                written(start, end, fd, file, lastArgument(text, equals), text, result);
            }
            case "ftruncate" -> {
                if (isOurs(file)) {
                    events.add(new Truncate(start, end, file, lastArgument(text, equals)));
                }
            }
            case "fdatasync", "fsync" -> {
                if (isOurs(file) || file.equals(directory)) {
                    events.add(new Flush(start, end, file));
                }
            }
            default -> unexpected(text);
        }
    }

    private static long lastArgument(String text, int equals) {
        int end = text.lastIndexOf(')', equals);
        return Long.parseLong(text.substring(text.lastIndexOf(", ", end) + 2, end).strip());
    }

    /// Calls that the store does not make on its files; were one to come, it must be modelled.
    private void unexpected(String text) {
        String readable = new String(unhex(text), StandardCharsets.ISO_8859_1);
        if (readable.contains(directory + "/")) {
            throw new AssertionError("a call that the harness does not know: " + readable);
        }
    }

    private boolean isOurs(String file) {
        return file.startsWith(directory + "/");
    }

    private void opened(long start, long end, int fd, String file, String text) {
        synced.put(fd, text.contains("O_DSYNC") || text.contains("O_SYNC"));
        positions.put(fd, 0L);
        if (isOurs(file) && text.contains("O_CREAT")) {
            events.add(new Create(start, end, file));
        }
    }

    private void said(long start, long end, int fd, String file, String text) {
        if (fd == 1) {
            events.add(new Said(start, end,
                    new String(strings(text), StandardCharsets.UTF_8).strip()));
        } else if (isOurs(file)) {
            throw new AssertionError("a plain write to " + file);
        }
    }

    private void written(
            long start, long end, int fd, String file, long at, String text, String result) {
        if (isOurs(file)) {
            byte[] bytes = strings(text);
            if (bytes.length != Long.parseLong(result)) {
                throw new AssertionError("the trace has " + bytes.length + " of " + result);
            }
            events.add(new Write(start, end, file, at, bytes, synced.getOrDefault(fd, false)));
        }
    }

    private static int descriptor(String text) {
        int end = 0;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end == 0 ? -1 : Integer.parseInt(text.substring(0, end));
    }

    /// The path in the first angle brackets, which may be in hexadecimal.
    private static String file(String text) {
        int from = text.indexOf('<');
        int to = text.indexOf('>', from);
        return from < 0 || to < 0 || from > 40 ? ""
                : new String(unhex(text.substring(from + 1, to)), StandardCharsets.UTF_8);
    }

    /// What stands in quotation marks, one piece behind the other.
    private static byte[] strings(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int from = text.indexOf('"');
        while (from >= 0) {
            int to = text.indexOf('"', from + 1);
            if (text.startsWith("...", to + 1)) {
                throw new AssertionError("strace cut a string off: raise its -s");
            }
            bytes.writeBytes(unhex(text.substring(from + 1, to)));
            from = text.indexOf('"', to + 1);
        }
        return bytes.toByteArray();
    }

    private static byte[] unhex(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() / 4 + 1);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && text.startsWith("x", i + 1)) {
                bytes.write(Character.digit(text.charAt(i + 2), 16) << 4
                        | Character.digit(text.charAt(i + 3), 16));
                i += 3;
            } else {
                bytes.write(text.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
