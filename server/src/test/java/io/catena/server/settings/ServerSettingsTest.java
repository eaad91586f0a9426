package io.catena.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.catena.protocol.chain.NodeId;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {
    private static ServerSettings settings(String disks, String nodes) {
        Map<SettingKey, String> flags = new EnumMap<>(Map.of(
                SettingKey.CLUSTER_ID, "c", SettingKey.DATA, "/data",
                SettingKey.MASTERS, "1@host:9002", SettingKey.NODES, nodes));
        if (!disks.isEmpty()) {
            flags.put(SettingKey.DISKS, disks);
        }
        return ServerSettings.of(ResolvedSettings.resolve(Optional.empty(), Map.of(), flags));
    }

    @Test
    void shouldHaveOneDiskBelowItsDataByDefault() {
        ServerSettings settings = settings("", "1,2,3");
        assertThat(settings.disks()).containsExactly(Path.of("/data/disk"));
        assertThat(settings.nodes())
                .containsExactly(new NodeId(1), new NodeId(2), new NodeId(3));
        assertThat(settings.effectiveReplication()).isEqualTo(3);
    }

    @Test
    void shouldTakeDisksFromTheVariable() {
        ResolvedSettings resolved = ResolvedSettings.resolve(
                Optional.empty(), Map.of("CATENA_DISKS", "disk,/mnt/b"), Map.of());
        assertThat(resolved.text(SettingKey.DISKS)).isEqualTo("disk,/mnt/b");
    }

    @Test
    void shouldTakeRelativeAndAbsoluteDisksInOrder() {
        ServerSettings settings = settings("disk, /mnt/b,/mnt/x/../c", "1");
        assertThat(settings.disks()).containsExactly(
                Path.of("/data/disk"), Path.of("/mnt/b"), Path.of("/mnt/c"));
        assertThat(settings.node(3)).isEqualTo(new NodeId(1, 3));
    }

    @Test
    void shouldTakeOtherServersForLikeThisOneUnlessTheyAreNamedWithTheirDisks() {
        ServerSettings settings = settings("a,b", "1,2x1,3x3");
        assertThat(settings.nodes()).containsExactly(new NodeId(1), new NodeId(1, 2),
                new NodeId(2), new NodeId(3), new NodeId(3, 2), new NodeId(3, 3));
        assertThat(settings.effectiveReplication()).isEqualTo(3);
        assertThat(settings("a,b,c", "1").effectiveReplication())
                .as("chains never have two members on one server").isEqualTo(1);
    }

    @Test
    void shouldRefuseDisksThatAreOneOrTooMany() {
        for (String disks : new String[] {"a,a", "a,b/../a", "a,a/b", "/x/y,/x", ",",
            IntStream.rangeClosed(1, 33).mapToObj(i -> "d" + i).collect(Collectors.joining(","))}) {
            assertThatThrownBy(() -> settings(disks, "1")).as(disks)
                    .isInstanceOf(SettingsException.class).hasMessageContaining("disks");
        }
    }

    @Test
    void shouldRefuseServersThatCannotBe() {
        for (String nodes : new String[] {"0", "1x0", "1x33", "x", "1,1", "10000000", "1x2,1"}) {
            assertThatThrownBy(() -> settings("a", nodes)).as(nodes)
                    .isInstanceOf(SettingsException.class).hasMessageContaining("nodes");
        }
    }
}
