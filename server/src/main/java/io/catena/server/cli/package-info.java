/// The command line as a client of the admin API: it knows a server's address, a key and the
/// cluster's CA, and nothing else of the cluster. Read first: [AdminCall], then any command.
package io.catena.server.cli;
