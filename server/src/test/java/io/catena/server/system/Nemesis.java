package io.catena.server.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// Does harm to a cluster of three, of every kind, by chance but the same for the same seed.
final class Nemesis {
    /// What can happen. Leases run for 1.2 s: most of it takes longer than they do.
    enum Harm { KILL, KILL_ALL, STOP, PAUSE, PAUSE_TWO, CUT_HOST, MUTE, DEAFEN, CUT_PAIR }

    private static final System.Logger LOG = System.getLogger("nemesis");
    private static final int SERVERS = 3;
    private static final long BURST_MILLIS_MIN = 1_000;
    private static final long BURST_MILLIS_MAX = 6_000;
    private static final long QUIET_MILLIS_MAX = 3_000;

    private final LocalCluster cluster;
    private final Firewall firewall;
    private final Random random;
    private final Map<Harm, Integer> done = new EnumMap<>(Harm.class);

    Nemesis(LocalCluster cluster, Firewall firewall, long seed) {
        this.cluster = cluster;
        this.firewall = firewall;
        this.random = new Random(seed);
    }

    /// Goes on until the time is over and everything has happened `timesMin` times; `between` is
    /// called before each harm.
    void rage(Duration time, int timesMin, Runnable between) {
        long deadlineNanos = System.nanoTime() + time.toNanos();
        for (int round = 0; round < timesMin || System.nanoTime() < deadlineNanos; round++) {
            List<Harm> harms = new ArrayList<>(List.of(Harm.values()));
            Collections.shuffle(harms, random);
            for (Harm harm : harms) {
                between.run();
                harm(harm);
                if (round >= timesMin && System.nanoTime() > deadlineNanos) {
                    return;
                }
            }
        }
    }

    private void harm(Harm harm) {
        int victim = 1 + random.nextInt(SERVERS);
        int other = 1 + victim % SERVERS;
        long burst = BURST_MILLIS_MIN
                + (long) (random.nextDouble() * (BURST_MILLIS_MAX - BURST_MILLIS_MIN));
        long quiet = (long) (random.nextDouble() * QUIET_MILLIS_MAX);
        LOG.log(System.Logger.Level.INFO, () -> harm + " of " + victim + " for " + burst
                + " ms, then " + quiet + " ms of quiet");
        switch (harm) {
            case KILL -> replaced("kill", victim, burst);
            case STOP -> replaced("stop", victim, burst);
            case KILL_ALL -> killAll(burst);
            case PAUSE -> paused(List.of(victim), burst);
            case PAUSE_TWO -> paused(List.of(victim, other), burst);
            case CUT_HOST -> cut(() -> firewall.cutOff(victim), burst);
            case MUTE -> cut(() -> firewall.mute(victim), burst);
            case DEAFEN -> cut(() -> firewall.deafen(victim), burst);
            case CUT_PAIR -> cut(() -> firewall.cut(victim, other), burst);
        }
        done.merge(harm, 1, Integer::sum);
        pause(quiet);
    }

    private void replaced(String how, int victim, long millis) {
        cluster.server(how, victim);
        pause(millis);
        cluster.server("start", victim);
    }

    private void killAll(long millis) {
        onAll("kill");
        pause(millis / 4);
        onAll("start");
    }

    private void onAll(String action) {
        List<CompletableFuture<Void>> each = new ArrayList<>();
        for (int server = 1; server <= SERVERS; server++) {
            int number = server;
            each.add(CompletableFuture.runAsync(
                    () -> cluster.server(action, number), Thread::startVirtualThread));
        }
        CompletableFuture.allOf(each.toArray(CompletableFuture[]::new)).join();
    }

    private void paused(List<Integer> victims, long millis) {
        victims.forEach(victim -> cluster.server("pause", victim));
        pause(millis);
        victims.forEach(victim -> cluster.server("resume", victim));
    }

    private void cut(Runnable cut, long millis) {
        cut.run();
        pause(millis);
        firewall.mend();
    }

    private static void pause(long millis) {
        long deadlineNanos = System.nanoTime() + millis * 1_000_000;
        while (System.nanoTime() < deadlineNanos) {
            LockSupport.parkNanos(deadlineNanos - System.nanoTime());
        }
    }

    /// How often each harm was done.
    Map<Harm, Integer> done() {
        return Collections.unmodifiableMap(done);
    }
}
