/// What the master knows for good ([ClusterState], changed by [Command]s of the Raft log only) and
/// what a leader knows for its term ([Leases]). Pure: no clock, no threads, no I/O.
package io.catena.master.cluster;
