package io.catena.protocol.cluster;

/// Who owns buckets and signs requests, with whichever of its access keys.
///
/// @param id what others are told: 64 hexadecimal digits unless it was chosen; never changed
/// @param displayName shown beside the id
/// @param email empty: not known
/// @param administrator may use the admin API, and do everything with every bucket
/// @param disabled none of its keys is taken
public record UserRecord(
        String id, String displayName, String email, boolean administrator, boolean disabled,
        long createdMillis) {
    /// The same in every cluster: its first key is put before anybody could choose an id.
    public static final String ROOT_ID =
            "1afe7fd976dff6e6e3ba2f8d9b3b86e37ef6a134b0bb196e6b2522321c985c7f";
    /// As it is until it is changed.
    public static final UserRecord ROOT =
            new UserRecord(ROOT_ID, "root", "", true, false, 0);

    public boolean isRoot() {
        return id.equals(ROOT_ID);
    }
}
