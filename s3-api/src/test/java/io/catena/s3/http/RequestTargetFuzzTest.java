package io.catena.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.s3.Mutations;
import io.catena.s3.error.S3Exception;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whatever a request line and a Host header hold, they mean something or are refused.
@Timeout(600)
final class RequestTargetFuzzTest {
    private static final List<String> DOMAINS = List.of("s3.localhost");

    @Test
    void shouldMeanSomethingOrBeRefused() {
        run(Mutations.FEW);
    }

    @Test
    @Tag("nightly")
    void shouldMeanSomethingOrBeRefusedMillionsOfTimes() {
        run(Mutations.MANY);
    }

    private static void run(int inputs) {
        Mutations paths = new Mutations(1, "/", "/music", "/music/a%20b/../%2F+c", "/music//%C3%A4",
                "/music/" + "a".repeat(1_024));
        Mutations queries = new Mutations(2, "list-type=2&prefix=a%2Fb&delimiter=%2F&max-keys=10",
                "uploadId=1&partNumber=2", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60",
                "versioning", "&&a=b=c&");
        Mutations hosts = new Mutations(3, "127.0.0.1:9000", "music.s3.localhost", "[::1]:9000");
        int understood = 0;
        for (int i = 0; i < inputs; i++) {
            String path = "/" + paths.nextText();
            String query = queries.nextText();
            String host = hosts.nextText();
            try {
                Location location = Location.of(host, path, DOMAINS);
                assertThat(location.key().length()).isLessThanOrEqualTo(1_024);
                assertThat(location.bucket().isEmpty() || BucketName.valid(location.bucket()))
                        .isTrue();
                Query parsed = Query.parse(query);
                parsed.number("max-keys");
                understood++;
            } catch (S3Exception refused) {
                assertThat(refused.error().status()).isLessThan(500);
            }
        }
        assertThat(understood).isPositive();
    }
}
