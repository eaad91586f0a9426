package io.catena.simulation;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.catena.protocol.chain.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// One client: one request after the other, each on the configuration that it happens to have
/// cached.
final class SimClient {
    final World world;
    final int id;
    private final Workload workload;
    private final TreeMap<ChainId, ChainConfiguration> cached = new TreeMap<>();
    /// Where it reads whenever it can, if it has such a place.
    private final Optional<NodeId> favourite;
    /// What it asks next does not depend on what became of its requests before.
    private final Chance chance;
    private final List<Long> asked = new ArrayList<>();
    private long requests;
    private long succeeded;
    private boolean stopped;
    private boolean idle = true;

    SimClient(World world, int id) {
        this.world = world;
        this.id = id;
        this.chance = new Chance(world.chance.nextLong());
        this.workload = new Workload(world, chance);
        this.favourite = world.chance.percent(50)
                ? Optional.of(world.chance.pick(List.copyOf(world.nodes.keySet())))
                : Optional.empty();
    }

    void start() {
        stopped = false;
        idle = false;
        next();
    }

    /// Ends after the request under way.
    void stop() {
        stopped = true;
    }

    boolean idle() {
        return idle;
    }

    long succeeded() {
        return succeeded;
    }

    /// Requests that took place.
    List<Long> asked() {
        return asked;
    }

    private void next() {
        world.after(chance.below(world.shape.pauseNanosMax()), () -> {
            if (stopped) {
                idle = true;
                return;
            }
            Workload.Wish wish = workload.next();
            if (world.scenario.asks(id, ++requests)) {
                asked.add(Scenario.request(id, requests));
                new ClientCall(this, wish, new RequestId(id, requests)).attempt();
            } else {
                next();
            }
        });
    }

    Workload workload() {
        return workload;
    }

    void finished(boolean success) {
        if (success) {
            succeeded++;
        }
        next();
    }

    ChainConfiguration configuration(ChainId chain) {
        return cached.computeIfAbsent(chain, world.masters::configuration);
    }

    /// The member that it reads from next.
    Member reader(ChainId chain) {
        List<Member> members = configuration(chain).members();
        return members.stream().filter(m -> favourite.filter(m.node()::equals).isPresent())
                .findFirst().orElseGet(() -> world.chance.pick(members));
    }

    /// Asks the master, or any node, and takes what is newer.
    void refresh(ChainId chain) {
        Optional<ChainConfiguration> found = world.chance.percent(70)
                ? Optional.of(world.masters.configuration(chain)) : fromAnyNode(chain);
        found.filter(c -> c.epoch().compareTo(configuration(chain).epoch()) > 0)
                .ifPresent(c -> cached.put(chain, c));
    }

    private Optional<ChainConfiguration> fromAnyNode(ChainId chain) {
        SimNode node = world.chance.pick(world.nodes.values().stream().toList());
        return node.up() ? node.replica(chain).status().configuration() : Optional.empty();
    }
}
