package io.catena.s3.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.s3.payload.ChecksumAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/s3-compatibility.md names what there is.
final class CompatibilityDocumentTest {
    @Test
    void shouldNameEveryOperationChecksumAndConfiguration() throws IOException {
        String document = Files.readString(
                Path.of("").toAbsolutePath().getParent().resolve("docs/s3-compatibility.md"));
        Stream<String> names = Stream.of(
                Arrays.stream(S3Operation.values()).map(S3Operation::apiName),
                Arrays.stream(ChecksumAlgorithm.values()).map(Enum::name),
                Routes.BUCKET_CONFIGURATION.stream(), Routes.OBJECT_CONFIGURATION.stream())
                .flatMap(each -> each);
        assertThat(names.filter(name -> !document.contains(name))).isEmpty();
    }
}
