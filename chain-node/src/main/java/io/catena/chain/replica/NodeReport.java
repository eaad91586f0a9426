package io.catena.chain.replica;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.message.MasterMessage.Accusation;
import io.catena.protocol.message.MasterMessage.ChainEpoch;
import io.catena.protocol.message.MasterMessage.JoiningWhole;
import io.catena.protocol.message.MasterMessage.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// What a server's replicas have to say to the master, from what they show.
public final class NodeReport {
    private NodeReport() {}

    public static Report of(Collection<JoiningWhole> whole, Map<ChainId, ReplicaStatus> replicas) {
        List<Accusation> accusations = new ArrayList<>();
        List<ChainEpoch> stoodDown = new ArrayList<>();
        replicas.forEach((chain, status) -> status.configuration()
                .map(ChainConfiguration::epoch).ifPresent(epoch -> {
                    status.unresponsive().ifPresent(accused ->
                            accusations.add(new Accusation(chain, epoch, accused)));
                    if (status.stoodDown()) {
                        stoodDown.add(new ChainEpoch(chain, epoch));
                    }
                }));
        return new Report(List.copyOf(whole), accusations, stoodDown);
    }
}
