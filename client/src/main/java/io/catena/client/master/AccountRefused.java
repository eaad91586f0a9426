package io.catena.client.master;

import io.catena.protocol.cluster.AccountRefusal;

/// The master has changed nothing, for this reason.
public final class AccountRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final AccountRefusal refusal;

    public AccountRefused(AccountRefusal refusal) {
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    public AccountRefusal refusal() {
        return refusal;
    }
}
