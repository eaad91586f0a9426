package io.catena.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.catena.admin.ApiServer.Answer;
import io.catena.protocol.chain.Bytes;
import io.catena.protocol.chain.Usage;
import io.catena.protocol.cluster.AccessKey;
import io.catena.protocol.cluster.AccountRefusal;
import io.catena.protocol.cluster.UserRecord;
import io.catena.protocol.wire.TrustWire;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Every endpoint, each answer judged by `openapi.json`.
final class AdminApiTest {
    private static final Contract ALL = new Contract();

    private ApiServer api;

    @BeforeEach
    void start() {
        api = new ApiServer();
    }

    @AfterEach
    void stop() {
        ALL.asked.addAll(api.contract.asked);
        api.close();
    }

    @AfterAll
    static void shouldHaveAskedEveryOperationOfTheContract() {
        assertThat(ALL.asked).isEqualTo(ALL.operations());
    }

    private static JsonObject json(Object... fields) {
        JsonObject json = new JsonObject();
        for (int i = 0; i < fields.length; i += 2) {
            json.put((String) fields[i], fields[i + 1]);
        }
        return json;
    }

    private static List<String> each(Answer answer, String field) {
        return answer.body().getJsonArray("items").stream()
                .map(item -> ((JsonObject) item).getString(field)).toList();
    }

    private void createAda() {
        assertThat(api.post("/users", json("id", "ada", "displayName", "Ada")).status())
                .isEqualTo(201);
    }

    @Test
    void shouldTellHowTheClusterIs() {
        assertThat(api.get("/cluster").body()).isEqualTo(json("id", "cluster-1", "status", "ok",
                "reasons", new JsonArray(), "stateVersion", 9, "servers", 3, "nodes", 4,
                "chains", 2, "buckets", 0, "users", 1));
        api.cluster.reasons = List.of("chain c1 has 2 of 3 members");
        assertThat(api.get("/cluster").body().getString("status")).isEqualTo("degraded");
    }

    @Test
    void shouldListNodesAndWhatTheyDo() {
        Answer nodes = api.get("/nodes");
        assertThat(each(nodes, "id")).containsExactly("n1", "n2", "n2d2", "n3");
        assertThat(each(nodes, "state")).containsExactly("serving", "serving", "idle", "joining");
        JsonObject second = nodes.body().getJsonArray("items").getJsonObject(1);
        assertThat(second.getInteger("heads")).isEqualTo(1);
        assertThat(second.getInteger("tails")).isEqualTo(2);
        Answer first = api.get("/nodes?limit=2");
        assertThat(each(first, "id")).containsExactly("n1", "n2");
        assertThat(each(api.get("/nodes?after=" + first.body().getString("next")), "id"))
                .containsExactly("n2d2", "n3");
    }

    @Test
    void shouldLeadAServerOutOfTheCluster() {
        Answer preview = api.patch("/servers/3?dryRun=true", json("duty", "draining"));
        assertThat(preview.body().getInteger("stuck")).isEqualTo(2);
        assertThat(preview.body().getJsonArray("moves")).isEqualTo(
                new JsonArray(List.of(json("chain", "c1", "from", "n3", "to", "n9"))));
        assertThat(api.cluster.changes).isZero();
        assertThat(api.delete("/servers/3").code()).isEqualTo("Conflict");
        Answer draining = api.patch("/servers/3", json("duty", "draining"));
        assertThat(draining.body()).isEqualTo(api.get("/balance").body());
        assertThat(each(api.get("/nodes"), "duty"))
                .containsExactly("active", "active", "active", "draining");
        assertThat(api.delete("/servers/3").code()).as("it holds replicas").isEqualTo("Conflict");
        api.cluster.drained = true;
        assertThat(api.delete("/servers/3?dryRun=true").status()).isEqualTo(204);
        assertThat(api.cluster.removed).isEmpty();
        assertThat(api.delete("/servers/3").status()).isEqualTo(204);
        assertThat(api.cluster.removed).containsExactly(3);
        assertThat(api.delete("/servers/3").code()).isEqualTo("NoSuchServer");
    }

    @Test
    void shouldGiveServersNoDutyThatTheyCannotHave() {
        assertThat(api.patch("/servers/2", json("duty", "cordoned")).status()).isEqualTo(200);
        assertThat(api.patch("/servers/2", json("duty", "active")).status()).isEqualTo(200);
        assertThat(api.patch("/servers/2", json("duty", "removed")).status()).isEqualTo(400);
        assertThat(api.patch("/servers/2", json()).status()).isEqualTo(400);
        assertThat(api.patch("/servers/7", json("duty", "active")).code())
                .isEqualTo("NoSuchServer");
        assertThat(api.delete("/servers/0x2").code()).isEqualTo("NoSuchServer");
        api.patch("/servers/1", json("duty", "draining"));
        assertThat(api.delete("/servers/1").code()).as("a voter").isEqualTo("Conflict");
        api.cluster.masterRefuses = true;
        Answer refused = api.patch("/servers/2", json("duty", "draining"));
        assertThat(refused.code()).isEqualTo("Conflict");
        assertThat(refused.body().getString("message")).contains("too few servers");
    }

    @Test
    void shouldMakeTokensForServersThatJoin() {
        Answer made = api.post("/join-tokens", json("ttlSeconds", 60));
        assertThat(made.status()).isEqualTo(201);
        assertThat(TrustWire.tokenOfText(made.body().getString("token")).secret())
                .isEqualTo(Bytes.utf8("secret"));
        assertThat(made.body().getString("expires")).isEqualTo("1970-01-01T00:01:00Z");
        assertThat(api.post("/join-tokens?dryRun=true", json()).status()).isEqualTo(200);
        assertThat(api.cluster.changes).isEqualTo(1);
        assertThat(api.post("/join-tokens", json("ttlSeconds", 0)).status()).isEqualTo(400);
        assertThat(api.post("/join-tokens", json("ttlSeconds", "x")).status()).isEqualTo(400);
    }

    @Test
    void shouldListChainsFromHeadToTail() {
        Answer chains = api.get("/chains");
        assertThat(each(chains, "id")).containsExactly("c1", "c2");
        JsonArray members = chains.body().getJsonArray("items").getJsonObject(0)
                .getJsonArray("members");
        assertThat(members).isEqualTo(new JsonArray(List.of(
                json("node", "n1", "incarnation", 4, "role", "head"),
                json("node", "n2", "incarnation", 4, "role", "tail"),
                json("node", "n3", "incarnation", 4, "role", "joining"))));
        assertThat(each(api.get("/chains?limit=1&after=1"), "id")).containsExactly("c2");
        assertThat(api.get("/chains?after=x").code()).isEqualTo("InvalidArgument");
        assertThat(api.get("/chains?limit=0").code()).isEqualTo("InvalidArgument");
    }

    @Test
    void shouldLeadAUserThroughItsLife() {
        Answer made = api.post("/users", json("id", "ada", "displayName", "Ada",
                "email", "ada@example.org"));
        assertThat(made.status()).isEqualTo(201);
        assertThat(api.get("/users/ada").body()).isEqualTo(made.body());
        assertThat(api.post("/users", json("id", "ada", "displayName", "Eve")).code())
                .isEqualTo("UserExists");
        Answer changed = api.patch("/users/ada", json("disabled", true, "email", ""));
        assertThat(changed.body().getBoolean("disabled")).isTrue();
        assertThat(api.cluster.users.get("ada").displayName()).isEqualTo("Ada");
        assertThat(each(api.get("/users"), "id")).containsExactly(UserRecord.ROOT_ID, "ada");
        assertThat(api.delete("/users/ada").status()).isEqualTo(204);
        assertThat(api.get("/users/ada").code()).isEqualTo("NoSuchUser");
        assertThat(api.patch("/users/ada", json()).status()).isEqualTo(404);
        assertThat(api.delete("/users/ada").status()).isEqualTo(404);
    }

    @Test
    void shouldMakeUpAnIdOf64HexadecimalDigits() {
        Answer made = api.post("/users", json("displayName", "Bob"));
        assertThat(made.body().getString("id")).matches("[0-9a-f]{64}");
    }

    @Test
    void shouldKeepTheRootUser() {
        assertThat(api.get("/users/root").body().getString("id")).isEqualTo(UserRecord.ROOT_ID);
        assertThat(api.delete("/users/root").code()).isEqualTo("RootUser");
        assertThat(api.patch("/users/root", json("disabled", true)).code()).isEqualTo("RootUser");
        assertThat(api.patch("/users/root", json("displayName", "Boss")).status()).isEqualTo(200);
        assertThat(api.post("/users", json("id", "root", "displayName", "x")).code())
                .isEqualTo("UserExists");
    }

    @Test
    void shouldLeadAKeyThroughItsLife() {
        createAda();
        Answer made = api.post("/users/ada/keys", json());
        String id = made.body().getString("accessKeyId");
        assertThat(made.body().getString("secretAccessKey")).hasSize(40);
        assertThat(api.get("/users/ada/keys").body().encode()).contains(id).doesNotContain(
                "secret");
        assertThat(api.patch("/users/ada/keys/" + id, json("active", false)).body()
                .getBoolean("active")).isFalse();
        assertThat(api.cluster.keys.get(id).active()).isFalse();
        assertThat(api.delete("/users/root/keys/" + id).code()).isEqualTo("NoSuchKey");
        assertThat(api.delete("/users/ada/keys/" + id).status()).isEqualTo(204);
        assertThat(api.delete("/users/ada/keys/" + id).code()).isEqualTo("NoSuchKey");
        assertThat(api.post("/users/eve/keys", json()).code()).isEqualTo("NoSuchUser");
    }

    @Test
    void shouldTakeAKeyThatIsBroughtAlongAndNotTellItsSecret() {
        createAda();
        JsonObject own = json("accessKeyId", "OWN_KEY", "secretAccessKey", "own-secret");
        Answer made = api.post("/users/ada/keys", own);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body().containsKey("secretAccessKey")).isFalse();
        assertThat(api.cluster.keys.get("OWN_KEY").secret()).isEqualTo("own-secret");
        assertThat(api.post("/users/ada/keys", own).code()).isEqualTo("KeyExists");
    }

    @Test
    void shouldLeadABucketThroughItsLife() {
        createAda();
        assertThat(api.post("/buckets", json("name", "photos", "owner", "ada")).status())
                .isEqualTo(201);
        assertThat(api.post("/buckets", json("name", "photos")).code())
                .isEqualTo("BucketAlreadyExists");
        assertThat(api.post("/buckets", json("name", "roots")).body().getString("owner"))
                .isEqualTo(UserRecord.ROOT_ID);
        assertThat(each(api.get("/buckets"), "name")).containsExactly("photos", "roots");
        assertThat(api.get("/buckets/photos").body().getString("owner")).isEqualTo("ada");
        assertThat(api.delete("/users/ada").code()).isEqualTo("UserOwnsBuckets");
        api.cluster.usage = new Usage(1, 2, 30);
        assertThat(api.get("/buckets/photos/usage").body()).isEqualTo(
                json("name", "photos", "objects", 1, "versions", 2, "bytes", 30));
        assertThat(api.delete("/buckets/photos").code()).isEqualTo("BucketNotEmpty");
        api.cluster.usage = Usage.NONE;
        assertThat(api.delete("/buckets/photos").status()).isEqualTo(204);
        assertThat(api.get("/buckets/photos").code()).isEqualTo("NoSuchBucket");
        assertThat(api.get("/buckets/photos/usage").status()).isEqualTo(404);
        assertThat(api.delete("/buckets/photos").status()).isEqualTo(404);
        assertThat(api.post("/buckets", json("name", "others", "owner", "eve")).code())
                .isEqualTo("NoSuchUser");
    }

    @Test
    void shouldDoNothingInADryRun() {
        createAda();
        api.post("/users/ada/keys", json("accessKeyId", "KEY", "secretAccessKey", "12345678"));
        api.post("/buckets", json("name", "photos", "owner", "ada"));
        int before = api.cluster.changes;
        String dry = "?dryRun=true";
        assertThat(api.post("/users" + dry, json("displayName", "Bob")).status()).isEqualTo(200);
        assertThat(api.patch("/users/ada" + dry, json("disabled", true)).body()
                .getBoolean("disabled")).isTrue();
        assertThat(api.post("/users/ada/keys" + dry, json()).status()).isEqualTo(200);
        assertThat(api.patch("/users/ada/keys/KEY" + dry, json("active", false)).status())
                .isEqualTo(200);
        assertThat(api.delete("/users/ada/keys/KEY" + dry).status()).isEqualTo(204);
        assertThat(api.delete("/users/ada" + dry).code()).isEqualTo("UserOwnsBuckets");
        assertThat(api.post("/buckets" + dry, json("name", "music")).status()).isEqualTo(200);
        assertThat(api.delete("/buckets/photos" + dry).status()).isEqualTo(204);
        api.cluster.usage = new Usage(1, 1, 1);
        assertThat(api.delete("/buckets/photos" + dry).code()).isEqualTo("BucketNotEmpty");
        assertThat(each(api.get("/buckets"), "name")).containsExactly("photos");
        assertThat(api.cluster.changes).isEqualTo(before);
        assertThat(api.delete("/users/ada?dryRun=yes").code()).isEqualTo("InvalidArgument");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
        "/users | {}", "/users | {\"displayName\":\"\"}", "/users | {\"displayName\":7}",
        "/users | {\"displayName\":null}", "/users | {\"displayName\":\"A\\u0000\"}",
        "/users | {\"displayName\":\"A\",\"id\":\"a/b\"}",
        "/users | {\"displayName\":\"A\",\"id\":\".a\"}",
        "/users | {\"displayName\":\"A\",\"email\":\"nobody\"}",
        "/users | {\"displayName\":\"A\",\"administrator\":\"yes\"}",
        "/users | {\"displayName\":\"A\",\"disabled\":true}",
        "/users/root/keys | {\"accessKeyId\":\"ABC\"}",
        "/users/root/keys | {\"accessKeyId\":\"A-B\",\"secretAccessKey\":\"12345678\"}",
        "/users/root/keys | {\"accessKeyId\":\"ABC\",\"secretAccessKey\":\"1234567\"}",
        "/users/root/keys | {\"accessKeyId\":\"ABC\",\"secretAccessKey\":\"1234567 \"}",
        "/buckets | {}", "/buckets | {\"name\":\"A\"}", "/buckets | {\"name\":\"xn--a\"}"})
    void shouldRefuseFieldsThatCannotBe(String path, String body) {
        assertThat(api.ask("POST", path, body).status()).isEqualTo(400);
        assertThat(api.cluster.changes).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellWhatTheMasterRefuses(AccountRefusal refusal) {
        api.cluster.refusal = Optional.of(refusal);
        Answer answer = api.post("/users", json("displayName", "Ada"));
        assertThat(answer.status()).isBetween(400, 409);
        assertThat(answer.body().getString("message")).isNotEmpty();
    }

    @Test
    void shouldListAKeyOfEachUserOnly() {
        createAda();
        api.cluster.keys.put("A", new AccessKey("A", "s", "ada", true, 1));
        assertThat(each(api.get("/users/ada/keys"), "accessKeyId")).containsExactly("A");
        assertThat(each(api.get("/users/root/keys"), "accessKeyId")).containsExactly("ROOTKEY");
    }
}
