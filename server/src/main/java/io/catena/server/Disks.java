package io.catena.server;

import io.catena.protocol.chain.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The disks of this server, each a node of its own.
final class Disks implements ServerDisk.Listener {
    private static final int CLOSE_SECONDS_MAX = 10;

    private final List<ServerDisk> disks = new ArrayList<>();
    private final AtomicInteger unheard;
    private final Promise<Void> settled = Promise.promise();

    Disks(DiskParts parts) {
        List<Path> directories = parts.settings().disks();
        this.unheard = new AtomicInteger(directories.size());
        for (int number = 1; number <= directories.size(); number++) {
            NodeId id = parts.settings().node(number);
            disks.add(new ServerDisk(parts, id, directories.get(number - 1), this));
        }
    }

    /// Begins to open all of them, side by side.
    void open() {
        disks.forEach(ServerDisk::open);
    }

    List<ServerDisk> all() {
        return List.copyOf(disks);
    }

    /// Complete when one disk has its seat, or none could be opened at the first attempt.
    Future<Void> settled() {
        return settled.future();
    }

    @Override
    public void seated() {
        settled.tryComplete();
    }

    @Override
    public void unusable() {
        if (unheard.decrementAndGet() == 0) {
            settled.tryComplete();
        }
    }

    /// What health says of them.
    JsonArray describe() {
        JsonArray all = new JsonArray();
        disks.forEach(disk -> {
            ServerDisk.State state = disk.state();
            all.add(new JsonObject().put("node", disk.id().toString())
                    .put("directory", disk.directory().toString())
                    .put("state", state.phase().name().toLowerCase(Locale.ROOT))
                    .put("lease", disk.life().map(DiskNode::hasLease).orElse(false))
                    .put("reason", state.reason()));
        });
        return all;
    }

    /// Gives all leases back.
    Future<Void> giveBack() {
        return Future.join(disks.stream().map(ServerDisk::giveBack).toList()).mapEmpty();
    }

    /// Closes them, and waits for a while.
    void close() throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS_MAX);
        for (ServerDisk disk : disks) {
            disk.beginClose();
        }
        for (ServerDisk disk : disks) {
            disk.awaitClosed(deadlineNanos);
        }
    }
}
