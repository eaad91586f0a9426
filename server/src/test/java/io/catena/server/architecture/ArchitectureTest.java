package io.catena.server.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;

/// The borders of the house. Numbers are those of the rules in the decision note 0001.
@AnalyzeClasses(packages = "io.catena", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String[] CORES = {
        "io.catena.protocol..", "io.catena.head..", "io.catena.tail..", "io.catena.chain.replica..",
        "io.catena.master.chains..", "io.catena.master.cluster..", "io.catena.master.duty.."
    };
    private static final DescribedPredicate<JavaClass> CORE = resideInAnyPackage(CORES)
            .or(new DescribedPredicate<>("the client's pure decisions") {
                @Override
                public boolean test(JavaClass type) {
                    return type.getFullName().matches(
                            "io\\.catena\\.client\\.chain\\.(Routes|Retry).*"
                                    + "|io\\.catena\\.client\\.object\\.Shard(Move|Cut|Fill|Markers"
                                    + "|Clear|Recharge|Copies|Plan|State|Ask|Answer|Work)(\\$.*)?");
                }
            });

    // 3. Module arrows as drawn.
    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("protocol").definedBy("io.catena.protocol..")
            .layer("head").definedBy("io.catena.head..")
            .layer("tail").definedBy("io.catena.tail..")
            .layer("transport").definedBy("io.catena.transport..")
            .layer("chain").definedBy("io.catena.chain..")
            .layer("master").definedBy("io.catena.master..")
            .layer("client").definedBy("io.catena.client..")
            .layer("s3").definedBy("io.catena.s3..")
            .layer("admin").definedBy("io.catena.admin..")
            .layer("simulation").definedBy("io.catena.simulation..")
            .layer("server").definedBy("io.catena.server..")
            .whereLayer("server").mayNotBeAccessedByAnyLayer()
            .whereLayer("simulation").mayNotBeAccessedByAnyLayer()
            .whereLayer("admin").mayOnlyBeAccessedByLayers("server")
            .whereLayer("s3").mayOnlyBeAccessedByLayers("admin", "server")
            .whereLayer("master").mayOnlyBeAccessedByLayers("server", "simulation")
            .whereLayer("chain").mayOnlyBeAccessedByLayers("server", "simulation")
            .whereLayer("head").mayOnlyBeAccessedByLayers("chain", "simulation")
            .whereLayer("tail").mayOnlyBeAccessedByLayers("chain", "simulation")
            .whereLayer("client").mayOnlyBeAccessedByLayers("s3", "admin", "server", "simulation")
            .whereLayer("transport")
            .mayOnlyBeAccessedByLayers("chain", "master", "client", "server");

    @ArchTest
    static final ArchRule NO_PACKAGE_CYCLES =
            slices().matching("io.catena.(*).(**)").should().beFreeOfCycles();

    // 4. Cores know no library.
    @ArchTest
    static final ArchRule CORES_WITHOUT_LIBRARIES = noClasses().that(CORE).should()
            .dependOnClassesThat(resideInAnyPackage("io.vertx..", "io.netty..", "org.lmdbjava..",
                    "org.apache.ratis..", "io.micrometer..", "org.bouncycastle..", "org.slf4j.."));

    // 5. Cores do no input or output; ByteBuffer only in the wire format.
    @ArchTest
    static final ArchRule CORES_WITHOUT_IO = noClasses().that(CORE).should()
            .dependOnClassesThat(resideInAnyPackage(
                    "java.io..", "java.net..", "java.nio.file..", "java.nio.channels.."));

    @ArchTest
    static final ArchRule BUFFERS_ONLY_IN_WIRE = noClasses().that(CORE)
            .and().resideOutsideOfPackage("io.catena.protocol.wire..").should()
            .dependOnClassesThat().haveFullyQualifiedName("java.nio.ByteBuffer");

    // 6. Cores have no clock and no chance.
    @ArchTest
    static final ArchRule CORES_WITHOUT_CLOCK_OR_CHANCE = noClasses().that(CORE).should()
            .callMethod(System.class, "currentTimeMillis").orShould()
            .callMethod(System.class, "nanoTime").orShould()
            .callMethod(Instant.class, "now").orShould()
            .callMethod(Clock.class, "systemUTC").orShould()
            .callMethod(Clock.class, "systemDefaultZone").orShould()
            .callMethod(Math.class, "random").orShould()
            .callMethod(java.util.UUID.class, "randomUUID").orShould()
            .dependOnClassesThat().haveFullyQualifiedName("java.util.Random").orShould()
            .dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");

    // 7. Cores have no threads.
    @ArchTest
    static final ArchRule CORES_WITHOUT_THREADS = noClasses().that(CORE).should()
            .dependOnClassesThat(resideInAPackage("java.util.concurrent..")
                    .and(new DescribedPredicate<>("but TimeUnit") {
                        @Override
                        public boolean test(JavaClass type) {
                            return !type.getSimpleName().equals("TimeUnit");
                        }
                    }))
            .orShould().dependOnClassesThat().areAssignableTo(Thread.class);

    // 8. Cores iterate nothing in hash order.
    @ArchTest
    static final ArchRule CORES_WITHOUT_HASH_ORDER = noClasses().that(CORE).should()
            .callConstructorWhere(ofType("java.util.HashMap", "java.util.HashSet",
                    "java.util.IdentityHashMap"))
            .orShould().callMethodWhere(named("java.util.Map", "of", "ofEntries", "copyOf"))
            .orShould().callMethodWhere(named("java.util.Set", "of", "copyOf"))
            .orShould().callMethodWhere(named("java.util.stream.Collectors", "toSet",
                    "toUnmodifiableSet", "toMap", "groupingBy"));

    // 9. One importer for each library.
    @ArchTest
    static final ArchRule LMDB_ONLY_IN_ITS_STORE =
            onlyIn("org.lmdbjava..", "io.catena.chain.store.lmdb..");

    @ArchTest
    static final ArchRule RATIS_ONLY_IN_MASTER_RAFT =
            onlyIn("org.apache.ratis..", "io.catena.master.raft..");

    @ArchTest
    static final ArchRule BOUNCY_CASTLE_ONLY_FOR_CERTIFICATES =
            onlyIn("org.bouncycastle..", "io.catena.transport..", "io.catena.s3.auth..");

    @ArchTest
    static final ArchRule MICROMETER_ONLY_IN_METRICS =
            onlyIn("io.micrometer..", "io.catena.server.metrics..");

    // 10. The gateway reaches chains through the client only.
    @ArchTest
    static final ArchRule GATEWAY_KNOWS_THE_CLIENT_ONLY = noClasses()
            .that().resideInAnyPackage("io.catena.s3..", "io.catena.admin..").should()
            .dependOnClassesThat(resideInAnyPackage("io.catena.chain..", "io.catena.head..",
                    "io.catena.tail..", "io.catena.master.."));

    // Of the gateway the admin API has authentication, and what that speaks of; no operation.
    @ArchTest
    static final ArchRule ADMIN_API_KNOWS_AUTHENTICATION_ONLY = noClasses()
            .that().resideInAPackage("io.catena.admin..").should()
            .dependOnClassesThat(resideInAnyPackage("io.catena.s3", "io.catena.s3.bucket..",
                    "io.catena.s3.object..", "io.catena.s3.multipart..", "io.catena.s3.xml.."));

    // 11. One place for the environment, one for ending the process.
    @ArchTest
    static final ArchRule ENVIRONMENT_ONLY_IN_SETTINGS = noClasses()
            .that().resideOutsideOfPackage("io.catena.server.settings..").should()
            .callMethodWhere(named("java.lang.System", "getenv", "getProperty"));

    @ArchTest
    static final ArchRule ONLY_SERVER_ENDS_THE_PROCESS = noClasses()
            .that().resideOutsideOfPackages("io.catena.server..", "io.catena.simulation..").should()
            .callMethodWhere(named("java.lang.System", "exit"))
            .orShould().callMethodWhere(named("java.lang.Runtime", "halt", "exit"));

    // 12. The simulation has no shell and no clock of its own.
    @ArchTest
    static final ArchRule SIMULATION_WITHOUT_SHELLS = noClasses()
            .that().resideInAPackage("io.catena.simulation..").should()
            .dependOnClassesThat(resideInAnyPackage("..lmdb..", "..tcp..", "..raft..",
                    "io.catena.transport..", "io.catena.server..", "io.vertx.."))
            .allowEmptyShould(true);

    // 13. Messages, inputs, effects and results are records or enums in sealed families.
    @ArchTest
    static final ArchRule MESSAGES_ARE_RECORDS = classes()
            .that().resideInAPackage("io.catena.protocol.message..").and().areNotInterfaces()
            .should().beRecords();

    @ArchTest
    static final ArchRule NO_STATIC_STATE = noClasses().should(new HaveMutableStatics());

    // 15. Names say the thing.
    @ArchTest
    static final ArchRule NAMES = noClasses().should().haveNameMatching(
            ".*\\.([A-Za-z]*(Manager|Impl|Utils?|Helper|Base)|Abstract[A-Za-z]*)");

    @ArchTest
    static final ArchRule PACKAGE_NAMES = noClasses().should()
            .resideInAnyPackage("..util..", "..common..", "..misc..", "..impl..");

    private static ArchRule onlyIn(String library, String... packages) {
        return noClasses().that().resideOutsideOfPackages(packages).should()
                .dependOnClassesThat().resideInAPackage(library);
    }

    private static DescribedPredicate<JavaCall<?>> named(String owner, String... methods) {
        Set<String> names = Set.of(methods);
        return DescribedPredicate.describe(owner + "." + names, call ->
                call.getTargetOwner().getFullName().equals(owner)
                        && names.contains(call.getName()));
    }

    private static DescribedPredicate<com.tngtech.archunit.core.domain.JavaConstructorCall> ofType(
            String... owners) {
        Set<String> names = Set.of(owners);
        return DescribedPredicate.describe("new " + names, call ->
                names.contains(call.getTargetOwner().getFullName()));
    }

    /// A static field that is not final is state that nobody passed in.
    private static final class HaveMutableStatics
            extends com.tngtech.archunit.lang.ArchCondition<JavaClass> {
        HaveMutableStatics() {
            super("have a static field that is not final");
        }

        @Override
        public void check(JavaClass type, com.tngtech.archunit.lang.ConditionEvents events) {
            type.getFields().stream()
                    .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
                            && !field.getModifiers().contains(JavaModifier.FINAL))
                    .forEach(field -> events.add(
                            com.tngtech.archunit.lang.SimpleConditionEvent.satisfied(
                                    field, field.getFullName())));
        }
    }
}
