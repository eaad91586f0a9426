package io.catena.client.chain;

import io.catena.protocol.chain.ChainConfiguration;
import io.catena.protocol.chain.ChainId;
import io.catena.protocol.chain.Member;
import io.catena.protocol.chain.NodeId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Requests under way. One is given up as soon as the member that was asked has left its chain: its
/// answer would come late, if at all. As after a time-out, what it did is not known.
final class Attempts {
    private final Topology topology;
    private final Set<Attempt<?>> underWay = ConcurrentHashMap.newKeySet();

    Attempts(Topology topology) {
        this.topology = topology;
    }

    /// Equal to itself only.
    private static final class Attempt<T> {
        private final ChainId chain;
        private final Member asked;
        private final Promise<T> outcome = Promise.promise();

        Attempt(ChainId chain, Member asked) {
            this.chain = chain;
            this.asked = asked;
        }

        void reconsider(Topology topology) {
            boolean left = topology.configuration(chain)
                    .filter(now -> !now.includes(asked)).isPresent();
            if (left) {
                outcome.tryFail(new StorageException(StorageException.Kind.UNAVAILABLE,
                        asked + " left chain " + chain));
            }
        }
    }

    /// What `node`, a member of `configuration`, answers.
    <T> Future<T> watch(ChainConfiguration configuration, NodeId node, Future<T> answer) {
        Optional<Member> asked = configuration.members().stream()
                .filter(member -> member.node().equals(node)).findFirst();
        if (asked.isEmpty()) {
            return answer;
        }
        Attempt<T> attempt = new Attempt<>(configuration.chain(), asked.get());
        underWay.add(attempt);
        attempt.outcome.future().onComplete(_ -> underWay.remove(attempt));
        answer.onComplete(attempt.outcome::tryComplete, attempt.outcome::tryFail);
        attempt.reconsider(topology); // It may have changed before this was under way.
        return attempt.outcome.future();
    }

    /// The topology has changed.
    void reconsider() {
        underWay.forEach(attempt -> attempt.reconsider(topology));
    }
}
