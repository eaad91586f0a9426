package io.catena.master.chains;

import io.catena.protocol.chain.NodeId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// How many seats each site should have: in proportion to its weight, but a server cannot have more
/// seats than there are chains, nor a zone more than the separation allows; what is over goes to
/// the others. See docs/placement.md.
final class Shares {
    private Shares() {}

    static SortedMap<NodeId, Double> of(List<Site> sites, Zones zones, int chains) {
        SortedMap<NodeId, Double> weights = weights(sites);
        SortedMap<Integer, Double> servers = new TreeMap<>();
        weights.forEach((node, weight) -> servers.merge(node.server(), weight, Double::sum));
        SortedMap<String, Double> byZone = new TreeMap<>();
        servers.forEach((server, weight) ->
                byZone.merge(zones.ofServer().get(server), weight, Double::sum));
        SortedMap<NodeId, Double> shares = new TreeMap<>();
        fill(byZone, zone -> zones.seatsMax(zone, chains), (double) chains * zones.length())
                .forEach((zone, ofZone) -> fill(part(servers, server ->
                        zones.ofServer().get(server).equals(zone)), _ -> chains, ofZone)
                        .forEach((server, ofServer) -> shares.putAll(fill(
                                part(weights, node -> node.server() == server),
                                _ -> chains, ofServer))));
        return shares;
    }

    private static SortedMap<NodeId, Double> weights(List<Site> sites) {
        double mean = sites.stream().mapToLong(Site::weight).filter(weight -> weight > 0)
                .average().orElse(1);
        SortedMap<NodeId, Double> weights = new TreeMap<>();
        sites.forEach(site ->
                weights.put(site.node(), site.weight() > 0 ? site.weight() : mean));
        return weights;
    }

    private static <K> SortedMap<K, Double> part(
            SortedMap<K, Double> all, Predicate<K> chosen) {
        SortedMap<K, Double> part = new TreeMap<>(all);
        part.keySet().removeIf(key -> !chosen.test(key));
        return part;
    }

    /// Divides `total` by weight, nobody getting more than its limit.
    private static <K> SortedMap<K, Double> fill(
            SortedMap<K, Double> weights, ToDoubleFunction<K> limit, double total) {
        SortedMap<K, Double> shares = new TreeMap<>();
        SortedMap<K, Double> open = new TreeMap<>(weights);
        double left = total;
        while (!open.isEmpty()) {
            double each = left / open.values().stream().mapToDouble(Double::doubleValue).sum();
            List<K> full = open.keySet().stream()
                    .filter(key -> weights.get(key) * each >= limit.applyAsDouble(key)).toList();
            if (full.isEmpty()) {
                open.forEach((key, weight) -> shares.put(key, weight * each));
                return shares;
            }
            for (K key : full) {
                shares.put(key, limit.applyAsDouble(key));
                left -= limit.applyAsDouble(key);
                open.remove(key);
            }
            left = Math.max(0, left);
        }
        return shares;
    }
}
