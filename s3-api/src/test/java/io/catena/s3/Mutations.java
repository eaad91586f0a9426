package io.catena.s3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Inputs that are nearly good: one of some seeds, with a few bytes changed, cut out, doubled or
/// spliced in. The same number gives the same inputs.
public final class Mutations {
    /// Inputs of a test that runs with every commit, and of one that runs at night.
    public static final int FEW = 20_000;
    public static final int MANY = 1_000_000;
    private static final List<String> TOKENS = List.of(
            "\r\n", "\n", "\0", "%", "%2f", "%zz", "..", "//", "&", "=", "+", ";", ",", ":", "\"",
            "<", ">", "</", "<!DOCTYPE a>", "&#0;", "]]>", "<![CDATA[", "0", "-1", "ffffffffffff",
            "99999999999999999999", "\u00ff", "\u00c3\u00a4", "AWS4-HMAC-SHA256", "aws-chunked");

    private final Random random;
    private final List<byte[]> seeds;

    public Mutations(long number, String... seeds) {
        random = new Random(number);
        this.seeds = Arrays.stream(seeds).map(Mutations::bytes).toList();
    }

    public byte[] next() {
        byte[] input = seeds.get(random.nextInt(seeds.size()));
        for (int i = random.nextInt(5); i >= 0; i--) {
            input = mutated(input);
        }
        return input;
    }

    public String nextText() {
        return new String(next(), StandardCharsets.ISO_8859_1);
    }

    /// A number from 0 to `most`.
    public int upTo(int most) {
        return random.nextInt(most + 1);
    }

    private byte[] mutated(byte[] input) {
        int from = upTo(input.length);
        int to = from + upTo(Math.min(16, input.length - from));
        byte[] middle = switch (random.nextInt(5)) {
            case 0 -> new byte[0];
            case 1 -> bytes(TOKENS.get(random.nextInt(TOKENS.size())));
            case 2 -> join(Arrays.copyOfRange(input, from, to),
                    Arrays.copyOfRange(input, from, to));
            case 3 -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int at = upTo(other.length);
                yield Arrays.copyOfRange(other, at, at + upTo(other.length - at));
            }
            default -> {
                byte[] noise = new byte[1 + random.nextInt(3)];
                random.nextBytes(noise);
                yield noise;
            }
        };
        return join(Arrays.copyOf(input, from),
                join(middle, Arrays.copyOfRange(input, to, input.length)));
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
