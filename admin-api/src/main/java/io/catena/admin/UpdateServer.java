package io.catena.admin;

import io.catena.protocol.cluster.NodePlacing.Duty;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;

/// Gives a server, that is all its disks, another duty. Answered with the moves that are to be made
/// then; with `dryRun`, of a drain, with those that it would bring.
record UpdateServer(Administration cluster) implements Endpoint {
    private static final Pattern DUTY = Pattern.compile("active|cordoned|draining");

    @Override
    public String method() {
        return "PATCH";
    }

    @Override
    public String path() {
        return "/servers/{server}";
    }

    @Override
    public Future<AdminReply> handle(AdminRequest request) {
        request.fields().only("duty");
        Duty duty = request.fields().text("duty", DUTY, "active, cordoned or draining")
                .map(UpdateServer::duty).orElseThrow(
                        () -> AdminError.INVALID_ARGUMENT.exception("duty is missing."));
        int server = KnownServer.of(cluster.view(), request).number();
        Future<JsonObject> moves = request.dryRun()
                ? (duty == Duty.DRAINING ? cluster.previewDrain(server) : cluster.balance())
                        .map(Shapes::moves)
                : cluster.changeDuty(server, duty).compose(_ -> cluster.balance())
                        .map(Shapes::moves);
        return moves.map(AdminReply::ok);
    }

    private static Duty duty(String text) {
        return switch (text) {
            case "active" -> Duty.ACTIVE;
            case "cordoned" -> Duty.CORDONED;
            default -> Duty.DRAINING;
        };
    }
}
