package io.catena.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class AdminEnvironmentTest {
    @Test
    void shouldReadTheVariablesOfALocalCluster() {
        AdminEnvironment environment = AdminEnvironment.of(Map.of(
                "ADMIN_URL", "https://127.0.0.1:9001", "AWS_ACCESS_KEY_ID", "K",
                "AWS_SECRET_ACCESS_KEY", "hidden", "AWS_CA_BUNDLE", "/ca.pem",
                "AWS_DEFAULT_REGION", " "));
        assertThat(environment.url()).contains("https://127.0.0.1:9001");
        assertThat(environment.accessKeyId()).contains("K");
        assertThat(environment.secretAccessKey()).contains("hidden");
        assertThat(environment.authorityFile()).contains("/ca.pem");
        assertThat(environment.region()).isEmpty();
        assertThat(environment.toString()).doesNotContain("hidden");
    }
}
