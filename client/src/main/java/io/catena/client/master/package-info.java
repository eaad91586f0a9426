/// A server's standing with the master: incarnation, lease, and the cluster's state as it changes.
/// Read first: [MasterSession].
package io.catena.client.master;
