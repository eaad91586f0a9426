/// The cluster's state on Apache Ratis, inside the server process and over its own frames. The only
/// importer of Ratis. Read first: [ReplicatedState], then [LeadershipProof] for what leases rest on.
package io.catena.master.raft;
