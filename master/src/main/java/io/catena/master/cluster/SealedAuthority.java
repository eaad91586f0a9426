package io.catena.master.cluster;

import io.catena.protocol.chain.Bytes;

/// The cluster's certificate authority, as the state keeps it.
///
/// @param certificatePem the trust anchor, in clear
/// @param sealedKey its private key, sealed with the cluster key
public record SealedAuthority(String certificatePem, Bytes sealedKey) {
    /// Not the key, though it is sealed: records are logged.
    @Override
    public String toString() {
        return "SealedAuthority[]";
    }
}
