package io.catena.simulation;

import io.catena.chain.replica.Effect;
import io.catena.chain.replica.Input;
import io.catena.chain.replica.RecoveredReplica;
import io.catena.chain.replica.ReplicaStatus;
import io.catena.master.chains.ChainPlanner;
import io.catena.master.chains.ChainView;
import io.catena.master.chains.Planner;
import io.catena.master.cluster.Leases;
import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.Epoch;
import io.catena.protocol.chain.Member;
import io.catena.protocol.message.ChainMessage;
import io.catena.protocol.message.Envelope;
import io.catena.protocol.message.MasterMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Mistakes that a run must find: each breaks one rule of docs/protocol.md, from outside of the
/// core. The names are those of the protocol and of docs/model/chain_model.py.
enum Mistake {
    /// A write counts as durable when it is asked for.
    EARLY(5) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public List<Effect> effects(SimReplica at, Input input, List<Effect> effects) {
                    for (Effect effect : effects) {
                        if (effect instanceof Effect.Append append) {
                            at.later(0, new Input.Flushed(append.update().seq()));
                        }
                    }
                    return effects;
                }
            };
        }
    },
    /// Messages of any epoch are taken for messages of this one.
    NOEPOCH(300) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public List<Input> inputs(SimReplica at, Input input) {
                    return input instanceof Input.Received(Envelope envelope)
                            && at.status().configuration().isPresent()
                            ? List.of(new Input.Received(ofThisEpoch(at, envelope)))
                            : List.of(input);
                }
            };
        }
    },
    /// A lease that has ended goes on.
    NOLEASE(200) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public List<Input> inputs(SimReplica at, Input input) {
                    return input instanceof Input.Leased(long untilNanos)
                            ? List.of(new Input.Leased(untilNanos + 3_600_000_000_000L))
                            : List.of(input);
                }
            };
        }
    },
    /// A lease is judged by a time that a timer reads, not by the clock.
    OLDTIME(800) {
        @Override
        Seams seams() {
            return new Seams() {
                private final TreeMap<String, Long> read = new TreeMap<>();
                private final TreeMap<String, Integer> ticks = new TreeMap<>();

                @Override
                public long clock(SimReplica at, Input input, long nowNanos) {
                    if (input instanceof Input.Tick
                            && ticks.merge(at.toString(), 1, Integer::sum) % 30 == 0) {
                        read.put(at.toString(), nowNanos);
                    }
                    boolean reads = input instanceof Input.Asked
                            || input instanceof Input.ValueRead || input instanceof Input.Scanned
                            || input instanceof Input.UsageRead;
                    return reads ? read.getOrDefault(at.toString(), nowNanos) : nowNanos;
                }
            };
        }
    },
    /// The master removes who may still serve.
    NOWAIT(1_000) {
        @Override
        Seams seams() {
            return new Seams() {
                private int asked;

                @Override
                public Planner planner() {
                    return (current, view) -> {
                        List<Member> dead = new ArrayList<>(view.dead());
                        if (++asked % 33 == 0) {
                            dead.add(current.members().get(asked % current.members().size()));
                        }
                        return ChainPlanner.next(current, new ChainView(view.live(), dead,
                                view.stoodDown(), view.cutOff(), view.whole(), view.candidates(),
                                view.returned(), view.replication()));
                    };
                }
            };
        }
    },
    /// Planned moves, many of them: the member that is to be replaced is removed while its
    /// successor is still being filled, and without having stood down.
    HASTYMOVE(1_000) {
        @Override
        Seams seams() {
            return new PlantedSeams.HastyMove();
        }
    },
    /// A new leader knows of no grants but its own, and waits for nobody.
    NEWLEADER(600) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public Leases leases(long leaseNanos, long leaderSinceNanos) {
                    return new Leases(leaseNanos, leaderSinceNanos - 2 * leaseNanos);
                }
            };
        }
    },
    /// A deposed leader goes on granting, without asking whether it still leads.
    DEPOSED(1_500) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public long confirmedNanos(long confirmedNanos, long nowNanos) {
                    return nowNanos;
                }
            };
        }
    },
    /// What a disk reads is not compared with its checksum.
    SKIPPEDSUM(300) {
        @Override
        Seams seams() {
            return store(chance -> new SimStore(chance) {
                @Override
                protected boolean verified(Block<?> block) {
                    return true;
                }
            });
        }
    },
    /// After a failed flush the process goes on as if it had happened.
    GOESON(100) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public boolean tellsFailure() {
                    return false;
                }
            };
        }
    },
    /// A node with another disk starts the chain again.
    LOSTDISK(2_000) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public Planner planner() {
                    return (current, view) -> ChainPlanner.next(current, new ChainView(
                            view.live(), view.dead(), view.stoodDown(), view.cutOff(),
                            view.whole(), view.candidates(),
                            view.returned().stream().map(back -> new ChainView.Returned(
                                    back.now(), 0, back.partial())).toList(),
                            view.replication()));
                }
            };
        }
    },
    /// A precondition that fails on a dirty version is answered at once.
    EARLY412(20) {
        @Override
        Seams seams() {
            return new PlantedSeams.Early412();
        }
    },
    /// A delete that comes during a copy leaves no tombstone.
    NOTOMBSTONE(1_000) {
        @Override
        Seams seams() {
            return store(chance -> new SimStore(chance) {
                @Override
                protected boolean keepsTombstones() {
                    return false;
                }
            });
        }
    },
    /// Who comes back discards what it holds behind its index, and starts the chain again.
    WRONGCUT(200) {
        @Override
        Seams seams() {
            return store(PlantedSeams.WrongCut::new);
        }
    },
    /// A list shows what is not committed.
    LISTBEYOND(20) {
        @Override
        Seams seams() {
            return new PlantedSeams.ListBeyond();
        }
    },
    /// A restarted node carries on in its former seat.
    RESUME(10) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public long processToken(SimNode node, long token) {
                    return 0;
                }

                @Override
                public List<Input> inputs(SimReplica at, Input input) {
                    return input instanceof Input.Configured(ChainConfiguration next)
                            && next.isMember(at.seat) && next.epoch().value() > 1
                            && at.status().configuration().isEmpty()
                            ? List.of(new Input.Configured(aloneBefore(at, next)), input)
                            : List.of(input);
                }
            };
        }
    },
    /// Who was just promoted serves before all predecessors have the epoch.
    NOCONFIRM(800) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public List<Input> inputs(SimReplica at, Input input) {
                    return input instanceof Input.Configured(ChainConfiguration next)
                            && next.isMember(at.seat) && next.predecessor(at.seat).isPresent()
                            ? List.of(input, new Input.Received(new Envelope(
                                    at.chain, next.epoch(), next.predecessor(at.seat).get(),
                                    at.seat, new ChainMessage.Hello())))
                            : List.of(input);
                }
            };
        }
    },
    /// Who becomes the query tail knows only what its successor told it to be committed.
    WEAKTAIL(2_500) {
        @Override
        Seams seams() {
            return new WeakTail();
        }
    },
    /// Anybody who joins is promoted.
    EAGERJOIN(10) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public Planner planner() {
                    return (current, view) -> ChainPlanner.next(current, new ChainView(
                            view.live(), view.dead(), view.stoodDown(), view.cutOff(),
                            current.joining().map(j -> new ChainView.Whole(current.epoch(), j))
                                    .stream().toList(),
                            view.candidates(), view.returned(), view.replication()));
                }
            };
        }
    },
    /// Who says that it is whole is promoted, without being counted.
    UNCOUNTED(400) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public List<Input> inputs(SimReplica at, Input input) {
                    if (input instanceof Input.Received(Envelope envelope)
                            && envelope.message() instanceof ChainMessage.Whole) {
                        at.node.report(at.chain, envelope.epoch(), envelope.from());
                        return List.of();
                    }
                    return List.of(input);
                }
            };
        }
    },
    /// A joining replica acknowledges what it has itself.
    OWNACK(40) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public List<Effect> effects(SimReplica at, Input input, List<Effect> effects) {
                    return effects.stream().map(effect -> ownAck(at, effect)).toList();
                }
            };
        }
    },
    /// What a disk holds behind its index is taken for what the chain has.
    STALEDISK(20) {
        @Override
        Seams seams() {
            return store(chance -> new SimStore(chance) {
                @Override
                RecoveredReplica recovered() {
                    write(new Effect.Apply(endSeq()));
                    return super.recovered();
                }
            });
        }
    },
    /// A copy does not take away what was deleted meanwhile.
    ZOMBIES(60) {
        @Override
        Seams seams() {
            return store(chance -> new SimStore(chance) {
                @Override
                protected Input.DiskWritten storeChunk(ChainMessage.CopyChunk chunk) {
                    return super.storeChunk(new ChainMessage.CopyChunk(chunk.number(),
                            chunk.after(), chunk.after(), false, chunk.applied(),
                            chunk.items()));
                }
            });
        }
    },
    /// Outcomes of requests do not outlive a restart.
    FORGETFUL(100) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public RecoveredReplica recovered(SimReplica at, RecoveredReplica honest) {
                    return new RecoveredReplica(honest.applied(), honest.exact(), honest.whole(),
                            honest.logFloorSeq(), honest.log(), List.of());
                }
            };
        }
    },
    /// A copy does not bring the outcomes of former requests.
    LOSTDEDUP(1_500) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public List<Input> inputs(SimReplica at, Input input) {
                    return input instanceof Input.Received(Envelope e)
                            && e.message() instanceof ChainMessage.CopyOutcomes copied
                            ? List.of(new Input.Received(new Envelope(e.chain(), e.epoch(),
                                    e.from(), e.to(), new ChainMessage.CopyOutcomes(
                                            copied.number(), List.of()))))
                            : List.of(input);
                }
            };
        }
    },
    /// A replica says that it stood down, and goes on serving.
    STANDSFAST(1_500) {
        @Override
        Seams seams() {
            return new PlantedSeams.StandsFast();
        }
    },
    /// Nobody tells the masters of a neighbour that leaves it waiting.
    SILENT(40) {
        @Override
        Seams seams() {
            return new Seams() {
                @Override
                public MasterMessage.Report report(SimNode node, MasterMessage.Report report) {
                    return new MasterMessage.Report(report.whole(), List.of(), report.stoodDown());
                }
            };
        }
    },
    /// What a copy replaces still counts.
    COUNTSTWICE(60) {
        @Override
        Seams seams() {
            return store(chance -> new SimStore(chance) {
                @Override
                protected boolean copyTakesReplacedAway() {
                    return false;
                }
            });
        }
    },
    /// Sums leave out what is committed and not applied.
    THINSUM(10) {
        @Override
        Seams seams() {
            return store(chance -> new SimStore(chance) {
                @Override
                Input.DiskRead read(Effect.DiskRead read) {
                    return super.read(read instanceof Effect.ReadUsage usage
                            ? new Effect.ReadUsage(
                                    usage.ticket(), usage.scopes(), new TreeMap<>())
                            : read);
                }
            });
        }
    },
    /// A scan shows the index without what is committed and not applied.
    THINSCAN(10) {
        @Override
        Seams seams() {
            return store(chance -> new SimStore(chance) {
                @Override
                Input.DiskRead read(Effect.DiskRead read) {
                    return super.read(read instanceof Effect.ScanIndex scan
                            ? new Effect.ScanIndex(
                                    scan.ticket(), scan.range(), new TreeMap<>())
                            : read);
                }
            });
        }
    };

    /// Within how many seeds it must be found.
    final int seedsMax;

    Mistake(int seedsMax) {
        this.seedsMax = seedsMax;
    }

    abstract Seams seams();

    private static Seams store(Function<Chance, SimStore> made) {
        return new Seams() {
            @Override
            public SimStore store(Chance chance) {
                return made.apply(chance);
            }
        };
    }

    private static Envelope ofThisEpoch(SimReplica at, Envelope envelope) {
        ChainConfiguration here = at.status().configuration().orElseThrow();
        Member from = here.path().stream()
                .filter(m -> m.node().equals(envelope.from().node())).findFirst()
                .orElse(envelope.from());
        return new Envelope(at.chain, here.epoch(), from, at.seat, envelope.message());
    }

    private static ChainConfiguration aloneBefore(SimReplica at, ChainConfiguration next) {
        return new ChainConfiguration(at.chain, new Epoch(next.epoch().value() - 1),
                List.of(at.seat), Optional.empty());
    }

    private static Effect ownAck(SimReplica at, Effect effect) {
        return effect instanceof Effect.Send(Envelope envelope)
                && envelope.message() instanceof ChainMessage.Acknowledge
                && at.status().role() == ReplicaStatus.Role.JOINING
                ? new Effect.Send(new Envelope(envelope.chain(), envelope.epoch(), envelope.from(),
                        envelope.to(), new ChainMessage.Acknowledge(at.status().durableSeq())))
                : effect;
    }

    /// A middle replica's shell hands on how far all before it are durable, and the replica never
    /// hears of it, until it is the tail.
    private static final class WeakTail implements Seams {
        private final TreeMap<String, Long> predecessorsDurable = new TreeMap<>();

        @Override
        public List<Input> inputs(SimReplica at, Input input) {
            if (input instanceof Input.Received(Envelope envelope)
                    && envelope.message() instanceof ChainMessage.DurableThrough(long seq)
                    && envelope.epoch().equals(epoch(at)) && isMiddle(at)) {
                predecessorsDurable.put(at.toString(), seq);
                return List.of(new Input.Tick());
            }
            return List.of(input);
        }

        private static Epoch epoch(SimReplica at) {
            return at.status().configuration().map(ChainConfiguration::epoch).orElse(Epoch.NONE);
        }

        private static boolean isMiddle(SimReplica at) {
            return at.status().role() == ReplicaStatus.Role.MIDDLE;
        }

        @Override
        public List<Effect> effects(SimReplica at, Input input, List<Effect> effects) {
            Long before = predecessorsDurable.get(at.toString());
            if (before == null || !isMiddle(at)) {
                return effects;
            }
            List<Effect> more = new ArrayList<>(effects);
            Member successor =
                    at.status().configuration().orElseThrow().successor(at.seat).orElseThrow();
            more.add(new Effect.Send(new Envelope(at.chain, epoch(at), at.seat, successor,
                    new ChainMessage.DurableThrough(
                            Math.min(before, at.status().durableSeq())))));
            return more;
        }
    }
}
