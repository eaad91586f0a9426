package io.catena.server.metrics;

import io.catena.chain.replica.ReplicaStatus;
import io.catena.chain.store.DiskDamage;
import io.catena.protocol.chain.ChainId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// What this server counts, in Prometheus' format: `catena_<area>_<what>_<unit>[_total]`.
public final class Metrics {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Set<ChainId> watched = ConcurrentHashMap.newKeySet();
    private final Supplier<Map<ChainId, ReplicaStatus>> replicas;

    /// @param replicas the status of this server's replicas, asked when metrics are read
    /// @param damage what was wrong with the disk when it was opened
    public Metrics(
            Supplier<Map<ChainId, ReplicaStatus>> replicas, Supplier<DiskDamage> damage) {
        this.replicas = replicas;
        Gauge.builder("catena.process.heap", () ->
                        Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory())
                .baseUnit("bytes").description("Heap in use.").register(registry);
        FunctionCounter.builder("catena.disk.lost.chains", damage,
                        from -> from.get().lostChains().size())
                .description("Chains whose index was damaged when this process opened the disk.")
                .register(registry);
        FunctionCounter.builder("catena.disk.set.aside", damage,
                        from -> from.get().isSetAside() ? 1 : 0)
                .description("1 when this process opened a damaged disk and started an empty one.")
                .register(registry);
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
