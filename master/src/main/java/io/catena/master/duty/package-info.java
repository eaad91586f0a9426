/// What a leader does in its term, as pure cores: whom it grants a lease, when a chain changes,
/// whom it asks to stand down. `io.catena.master.api` is the shell around them, and so is the
/// simulation. Read first: [ChainDuty].
package io.catena.master.duty;
