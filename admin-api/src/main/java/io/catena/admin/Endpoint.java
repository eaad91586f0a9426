package io.catena.admin;

import io.vertx.core.Future;

/// One operation of the API; a file each, made known in [Endpoints]. What it takes and gives stands
/// in `openapi.json`.
interface Endpoint {
    String ROOT = "/api/v1";

    /// GET, POST, PATCH or DELETE. Of these POST and PATCH have a body.
    String method();

    /// Below [#ROOT]; a name in braces stands for any one segment.
    String path();

    /// May throw what its future may fail with.
    Future<AdminReply> handle(AdminRequest request);
}
