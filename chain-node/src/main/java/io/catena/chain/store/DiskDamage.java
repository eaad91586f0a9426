package io.catena.chain.store;

import io.catena.protocol.chain.ChainId;
import java.util.List;

/// What was found wrong with a disk when it was opened.
///
/// @param lostChains whose index was not believed: their replicas hold nothing and are filled anew
/// @param setAside where the disk's former files are, when nothing of them was believed; the disk
///     then holds nothing and has a new identity. Empty text: nothing was set aside
public record DiskDamage(List<ChainId> lostChains, String setAside) {
    public static final DiskDamage NONE = new DiskDamage(List.of(), "");

    public DiskDamage {
        lostChains = List.copyOf(lostChains);
    }

    public boolean isSetAside() {
        return !setAside.isEmpty();
    }
}
