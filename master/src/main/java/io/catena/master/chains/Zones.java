package io.catena.master.chains;

import io.catena.protocol.chain.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// How far the members of a chain must be apart: never two on one server, and as few in one zone as
/// the zones allow. Zones count only when every server has one.
///
/// @param ofServer the zone of each server; all the same when zones do not count
/// @param membersMax of one chain in one zone: the fewest with which chains reach their length
/// @param length members of a chain
record Zones(SortedMap<Integer, String> ofServer, int membersMax, int length) {
    static Zones of(List<Site> sites, int replication) {
        boolean labelled = sites.stream().noneMatch(site -> site.zone().isEmpty());
        SortedMap<Integer, String> ofServer = new TreeMap<>();
        sites.forEach(site -> ofServer.put(site.node().server(), labelled ? site.zone() : ""));
        int length = Math.min(replication, ofServer.size());
        int most = 1;
        while (places(ofServer, most) < length) {
            most++;
        }
        return new Zones(ofServer, most, length);
    }

    /// Members that a chain could have with at most `most` of them in each zone.
    private static int places(SortedMap<Integer, String> ofServer, int most) {
        return servers(ofServer).values().stream().mapToInt(n -> Math.min(most, n)).sum();
    }

    private static SortedMap<String, Integer> servers(SortedMap<Integer, String> ofServer) {
        SortedMap<String, Integer> servers = new TreeMap<>();
        ofServer.values().forEach(zone -> servers.merge(zone, 1, Integer::sum));
        return servers;
    }

    /// Seats that the servers of a zone can have in so many chains.
    double seatsMax(String zone, int chains) {
        return (double) chains * Math.min(membersMax, servers(ofServer).get(zone));
    }

    String of(NodeId node) {
        return ofServer.getOrDefault(node.server(), "");
    }

    /// Whether `joining` may stand beside `staying` in a chain.
    boolean admits(Collection<NodeId> staying, NodeId joining) {
        return staying.stream().noneMatch(joining::sharesServer)
                && inZone(staying, of(joining)) < membersMax;
    }

    /// Whether the zone of `node` has more of these members than it should.
    boolean isCrowded(Collection<NodeId> members, NodeId node) {
        return inZone(members, of(node)) > membersMax;
    }

    private long inZone(Collection<NodeId> members, String zone) {
        return members.stream().filter(member -> of(member).equals(zone)).count();
    }
}
