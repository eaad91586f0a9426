package io.catena.master.duty;

import io.catena.master.chains.Evidence;
import io.catena.master.chains.RemovalCap;
import io.catena.master.chains.Verdict;
import io.catena.master.cluster.Accusations;
import io.catena.master.cluster.ClusterState;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.catena.protocol.message.MasterMessage.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// How a leader gets a member out of a chain that looks alive to it: it asks the member to stand
/// down there, and takes the member's word that it did for what the end of a lease is otherwise.
final class StandDowns {
    /// Who does not obey for so many leases gets no lease any more: then its end is waited for.
    private static final int OBEYS_WITHIN_LEASES = 3;

    private final DutySettings settings;
    private final Accusations accusations;
    private final RemovalCap cap = new RemovalCap();
    /// What each member said in its latest report; stays true for the epoch that it names.
    private final SortedMap<Member, List<ChainEpoch>> stoodDown = new TreeMap<>();
    private SortedMap<Member, SortedMap<ChainId, Since>> askedSince = new TreeMap<>();
    private SortedMap<Member, List<ChainEpoch>> asked = new TreeMap<>();
    private Evidence evidence = Evidence.NONE;
    private String asking = "";

    /// Since when a member is asked to stand down in a chain, in one epoch.
    private record Since(Epoch epoch, long nanos) {}

    StandDowns(DutySettings settings) {
        this.settings = settings;
        this.accusations = new Accusations(settings.leaseNanos() * 2 / 3);
    }

    void onReport(Member member, Report report, long nowNanos) {
        accusations.heard(member, report.accusations(), nowNanos);
        stoodDown.put(member, report.stoodDown());
    }

    void onState(ClusterState state) {
        accusations.retain(member -> isPresent(state, member));
        stoodDown.keySet().removeIf(member -> !isPresent(state, member));
    }

    private static boolean isPresent(ClusterState state, Member member) {
        return state.memberOf(member.node()).filter(member::equals).isPresent();
    }

    /// Members of the chain that serve nothing more in this very configuration.
    List<Member> stoodDown(ChainConfiguration chain) {
        ChainEpoch now = new ChainEpoch(chain.chain(), chain.epoch());
        return chain.members().stream()
                .filter(member -> stoodDown.getOrDefault(member, List.of()).contains(now)).toList();
    }

    /// Judges anew whom to ask; the chains whose change is under way are left out.
    ///
    /// @param planned members that shall leave though nobody complains of them
    /// @return joining replicas that their chains should drop
    SortedMap<ChainId, Member> judge(ClusterState state, List<ChainConfiguration> chains,
            List<Member> live, SortedMap<ChainId, Member> planned, long nowNanos) {
        evidence = accusations.evidence(state.chains(), live::contains, nowNanos);
        SortedMap<ChainId, Member> cutOff = new TreeMap<>();
        SortedMap<Member, List<ChainEpoch>> asking = new TreeMap<>();
        for (ChainConfiguration chain : chains) {
            if (!stoodDown(chain).isEmpty()) {
                continue;
            }
            Optional<Member> accused = verdict(chain, live, nowNanos);
            Optional<Member> leaves = accused
                    .or(() -> Optional.ofNullable(planned.get(chain.chain())));
            if (accused.filter(chain::isJoining).isPresent()) {
                cutOff.put(chain.chain(), accused.get());
            } else if (accused.isEmpty()
                    || cap.admits(accused.get().node(), servers(state), nowNanos)) {
                accused.ifPresent(member -> cap.asked(member.node(), nowNanos));
                leaves.ifPresent(member -> asking.computeIfAbsent(member, _ -> new ArrayList<>())
                        .add(new ChainEpoch(chain.chain(), chain.epoch())));
            }
        }
        replaceAsked(asking, planned, nowNanos);
        return cutOff;
    }

    private static int servers(ClusterState state) {
        return (int) state.nodes().keySet().stream().mapToInt(NodeId::server).distinct().count();
    }

    private Optional<Member> verdict(ChainConfiguration chain, List<Member> live, long nowNanos) {
        return Verdict.against(chain, evidence, live, cap.leaving(nowNanos),
                settings.pairCutNanos());
    }

    private void replaceAsked(SortedMap<Member, List<ChainEpoch>> now,
            SortedMap<ChainId, Member> planned, long nowNanos) {
        if (!now.equals(asked)) {
            asking = now.isEmpty() ? ""
                    : "asked to stand down: " + now + ", by plan " + planned + ", on "
                            + evidence.quarrels();
        }
        asked = now;
        SortedMap<Member, SortedMap<ChainId, Since>> since = new TreeMap<>();
        now.forEach((member, seats) -> seats.forEach(seat -> since
                .computeIfAbsent(member, _ -> new TreeMap<>())
                .put(seat.chain(), since(member, seat).orElse(new Since(seat.epoch(), nowNanos)))));
        askedSince = since;
    }

    private Optional<Since> since(Member member, ChainEpoch seat) {
        return Optional.ofNullable(askedSince.getOrDefault(member, new TreeMap<>())
                .get(seat.chain())).filter(known -> known.epoch().equals(seat.epoch()));
    }

    /// What to ask of this member with the answer to its heartbeat.
    List<ChainEpoch> askedOf(Member member) {
        return asked.getOrDefault(member, List.of());
    }

    /// For people; empty when nobody is asked.
    String asking() {
        return asking;
    }

    /// It hears what it is asked, since it has heartbeats answered, and does not do it.
    boolean disobeys(Member member, long nowNanos) {
        return askedSince.getOrDefault(member, new TreeMap<>()).values().stream().anyMatch(since ->
                nowNanos - since.nanos() > OBEYS_WITHIN_LEASES * settings.leaseNanos());
    }
}
