package io.catena.chain.node;

/// How far the scrub of a disk is, and what it found since the process started.
///
/// @param running a cycle is under way, perhaps paused
/// @param stepsLeft of this cycle; three for each chain that is still to be looked at, or less
/// @param cycles that were completed
/// @param bytes of index and bodies read
/// @param bodiesDamaged whose bytes did not match their checksums; they are fetched again
/// @param compared indexes whose digest was compared with another replica's
/// @param differing of these, how many were not the same: one of the two replicas is wrong
/// @param uncompared comparisons that another replica had no answer to
public record ScrubStatus(
        boolean running, boolean paused, int stepsLeft, long cycles, long bytes, long bodies,
        long bodiesDamaged, long compared, long differing, long uncompared) {
    static final ScrubStatus NONE = new ScrubStatus(false, false, 0, 0, 0, 0, 0, 0, 0, 0);

    ScrubStatus with(boolean isRunning, boolean isPaused, int left) {
        return new ScrubStatus(isRunning, isPaused, left, cycles, bytes, bodies, bodiesDamaged,
                compared, differing, uncompared);
    }

    ScrubStatus withCycle() {
        return new ScrubStatus(running, paused, stepsLeft, cycles + 1, bytes, bodies,
                bodiesDamaged, compared, differing, uncompared);
    }

    ScrubStatus plus(ScrubPlan.Found found) {
        return new ScrubStatus(running, paused, stepsLeft, cycles, bytes + found.bytes(),
                bodies + found.bodies(), bodiesDamaged + found.bodiesDamaged(),
                compared + found.compared(), differing + found.differing(),
                uncompared + found.uncompared());
    }
}
