package io.catena.server.metrics;

import io.catena.chain.node.ScrubStatus;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.chain.store.BodyStore.BodyDamage;
import io.catena.chain.store.DiskDamage;
import io.catena.protocol.chain.ChainId;
import io.catena.transport.Refusals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// What this server counts, in Prometheus' format: `catena_<area>_<what>_<unit>[_total]`.
public final class Metrics {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Set<ChainId> watched = ConcurrentHashMap.newKeySet();
    private final Supplier<Map<ChainId, ReplicaStatus>> replicas;

    /// @param replicas the status of this server's replicas, asked when metrics are read
    public Metrics(Supplier<Map<ChainId, ReplicaStatus>> replicas) {
        this.replicas = replicas;
        Gauge.builder("catena.process.heap", () ->
                        Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory())
                .baseUnit("bytes").description("Heap in use.").register(registry);
    }

    /// Counts who is refused on the ports between servers, by the reason.
    public void watchRefusals(Refusals refusals) {
        for (Refusals.Reason reason : Refusals.Reason.values()) {
            counter("catena.trust.refused", "Peers and requests that were refused.",
                    Tags.of("reason", reason.name().toLowerCase(Locale.ROOT)),
                    () -> refusals.count(reason));
        }
    }

    /// What this server's own certificate is at.
    public void watchCertificate(DoubleSupplier leftSeconds, DoubleSupplier renewals) {
        Gauge.builder("catena.certificate.left", leftSeconds::getAsDouble).baseUnit("seconds")
                .description("How long this server's certificate is good for.").register(registry);
        counter("catena.certificate.renewals", "Renewals of this server's certificate.",
                Tags.empty(), renewals);
    }

    /// What a disk shows; zeros while it is closed.
    ///
    /// @param serves whether it has a lease
    /// @param failures how often it failed, or could not be opened
    /// @param damage what was wrong when it was opened
    /// @param bodies what any read found damaged
    /// @param copiedBytes of bodies, taken from other servers to fill replicas
    /// @param scrub the scrub's status; empty before it runs
    public record DiskFigures(boolean serves, long failures, DiskDamage damage, BodyDamage bodies,
            long copiedBytes, Optional<ScrubStatus> scrub) {}

    /// Counts what is found wrong with a disk of this server, under its number.
    public void watchDisk(int number, Supplier<DiskFigures> figures) {
        Tags disk = Tags.of("disk", Integer.toString(number));
        Gauge.builder("catena.disk.serving.nodes", () -> figures.get().serves() ? 1 : 0)
                .description("1 when the disk has a lease.").tags(disk).register(registry);
        counter("catena.disk.failures", "Failures, also to be opened.", disk,
                () -> figures.get().failures());
        counter("catena.disk.lost.chains", "Chains whose index was damaged at the start.", disk,
                () -> figures.get().damage().lostChains().size());
        counter("catena.disk.set.aside", "1 when a damaged disk was replaced by an empty one.",
                disk, () -> figures.get().damage().isSetAside() ? 1 : 0);
        counter("catena.disk.damaged.bodies", "Bodies that did not match their checksums.", disk,
                () -> figures.get().bodies().found());
        counter("catena.disk.repaired.bodies", "Damaged bodies that were fetched again.", disk,
                () -> figures.get().bodies().repaired());
        counter("catena.disk.copied.bytes", "Bodies taken from others to fill replicas.", disk,
                () -> figures.get().copiedBytes());
        watchScrub(disk, () -> figures.get().scrub());
    }

    private void watchScrub(Tags disk, Supplier<Optional<ScrubStatus>> scrub) {
        scrubCounter("catena.scrub.cycles", "Completed scrubs.", disk, scrub, ScrubStatus::cycles);
        scrubCounter("catena.scrub.read.bytes", "Read by the scrub.", disk, scrub,
                ScrubStatus::bytes);
        scrubCounter("catena.scrub.verified.bodies", "Bodies read.", disk, scrub,
                ScrubStatus::bodies);
        scrubCounter("catena.scrub.damaged.bodies", "Bodies found damaged by the scrub.", disk,
                scrub, ScrubStatus::bodiesDamaged);
        scrubCounter("catena.scrub.compared.indexes", "Indexes compared with another replica's.",
                disk, scrub, ScrubStatus::compared);
        scrubCounter("catena.scrub.differing.indexes", "Comparisons that found a difference.",
                disk, scrub, ScrubStatus::differing);
        Gauge.builder("catena.scrub.left.steps", () ->
                        scrub.get().map(ScrubStatus::stepsLeft).orElse(0))
                .description("Steps of the running scrub that are still to do.").tags(disk)
                .register(registry);
    }

    private void scrubCounter(String name, String help, Tags tags,
            Supplier<Optional<ScrubStatus>> scrub, ToDoubleFunction<ScrubStatus> value) {
        counter(name, help, tags, () -> scrub.get().map(value::applyAsDouble).orElse(0.0));
    }

    private void counter(String name, String help, Tags tags, DoubleSupplier value) {
        // The registry holds only weakly what it is given to count by.
        FunctionCounter.builder(name, this, _ -> value.getAsDouble()).description(help)
                .tags(tags).register(registry);
    }

    private void watchReplicas() {
        replicas.get().keySet().stream().filter(watched::add).forEach(chain -> {
            counter(chain, "catena.chain.reads.clean", "Reads answered here, without a question.",
                    ReplicaStatus::readsClean);
            counter(chain, "catena.chain.reads.dirty", "Reads that asked the query tail first.",
                    ReplicaStatus::readsDirty);
            counter(chain, "catena.chain.updates.committed", "Updates committed.",
                    ReplicaStatus::committedSeq);
            Gauge.builder("catena.chain.serving.replicas", () ->
                            of(chain, status -> status.serving() ? 1 : 0))
                    .description("1 when this server's replica serves.")
                    .tag("chain", Integer.toString(chain.value())).register(registry);
        });
    }

    private void counter(
            ChainId chain, String name, String help, ToDoubleFunction<ReplicaStatus> value) {
        FunctionCounter.builder(name, this, _ -> of(chain, value)).description(help)
                .tag("chain", Integer.toString(chain.value())).register(registry);
    }

    private double of(ChainId chain, ToDoubleFunction<ReplicaStatus> value) {
        return Optional.ofNullable(replicas.get().get(chain)).map(value::applyAsDouble).orElse(0.0);
    }

    /// One S3 request is done.
    public void s3Request(
            String operation, int status, long bytesIn, long bytesOut, long nanos) {
        Timer.builder("catena.s3.request").description("S3 requests.")
                .tag("operation", operation).tag("status", Integer.toString(status))
                .register(registry).record(Duration.ofNanos(nanos));
        bytes("catena.s3.received", bytesIn, operation);
        bytes("catena.s3.sent", bytesOut, operation);
    }

    private void bytes(String name, long count, String operation) {
        if (count > 0) {
            Counter.builder(name).baseUnit("bytes").tag("operation", operation)
                    .register(registry).increment(count);
        }
    }

    /// Everything, as Prometheus reads it.
    public String scrape() {
        watchReplicas();
        return registry.scrape();
    }
}
