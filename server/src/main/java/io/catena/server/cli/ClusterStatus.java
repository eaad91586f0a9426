package io.catena.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `catena cluster status`
@Command(name = "status", description = "How the cluster is, and how much there is of everything.",
        mixinStandardHelpOptions = true)
public final class ClusterStatus implements Callable<Integer> {
    @Mixin
    private AdminCall call;

    @Override
    public Integer call() {
        return call.showing(client -> client.get("/cluster"));
    }
}
