package io.catena.server;

import io.catena.server.cli.ClusterStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `catena cluster …`
@Command(name = "cluster", description = "Clusters on this machine, and how a cluster is.",
        subcommands = {ClusterCommand.Create.class, ClusterWait.class, ClusterStatus.class},
        mixinStandardHelpOptions = true)
final class ClusterCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// `catena cluster create`: authority, certificates, first key and settings of a new cluster.
    @Command(name = "create", description = "Makes the files of a new local cluster.",
            mixinStandardHelpOptions = true)
    static final class Create implements Callable<Integer> {
        @Option(names = "--dir", required = true, paramLabel = "DIR")
        private Path directory;

        @Option(names = "--servers", defaultValue = "3", paramLabel = "N")
        private int servers;

        @Option(names = "--port", defaultValue = "9000", paramLabel = "BASE")
        private int basePort;

        @Option(names = "--hosts", split = ",", paramLabel = "H1,H2,…",
                description = "An address for each server.")
        private List<String> hosts = List.of();

        @Option(names = "--disks", defaultValue = "1", paramLabel = "N",
                description = "Disks of each server.")
        private int disks;

        @Override
        public Integer call() throws IOException, GeneralSecurityException {
            if (!ClusterFiles.exist(directory)) {
                new ClusterFiles(directory, servers, basePort, hosts, disks).create();
            }
            return 0;
        }
    }
}
