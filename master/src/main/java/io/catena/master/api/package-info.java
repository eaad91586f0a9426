/// The master's voter as the servers see it: [MasterServer] answers frames, `Leader` does one term's
/// duties, `ChainDuty` proposes what the planner decides.
package io.catena.master.api;
