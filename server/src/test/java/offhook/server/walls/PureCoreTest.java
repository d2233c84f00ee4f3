package offhook.server.walls;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.core.domain.JavaModifier.VOLATILE;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.ThrowsDeclaration;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.net.InetSocketAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Media, sip and call are plain objects driven by bytes, commands and time: nothing in them reaches for the world.
 * The one exception is the Bouncy Castle driver in media.dtls, which parks a virtual thread to step a blocking library.
 */
class PureCoreTest {
    private static final String DRIVER = "offhook.media.dtls.BouncyCastleDriver";

    /** What would tie the core to this machine, this moment or this run. Calls are named Type.method, constructors Type.new. */
    private static final Set<String> WORLDLY_CALLS = Set.of(
            "java.lang.System.nanoTime",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.getenv",
            "java.lang.System.getProperty",
            "java.lang.Math.random",
            "java.time.Instant.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.LocalDate.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.util.UUID.randomUUID",
            "java.util.Random.new",
            "java.security.SecureRandom.new",
            "java.util.random.RandomGenerator.getDefault",
            "java.util.random.RandomGenerator.of",
            "java.net.InetAddress.getByName",
            "java.net.InetAddress.getAllByName",
            "java.net.InetAddress.getLocalHost",
            "java.net.InetAddress.getHostName",
            "java.net.InetAddress.getCanonicalHostName",
            "java.net.InetSocketAddress.getHostName");

    @Test
    void knowsNoSocketsFilesThreadsJsonOrLogging() {
        core().should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "java.util.logging..",
                        "java.lang.foreign..",
                        "javax.net..",
                        "com.fasterxml..",
                        "io.netty..",
                        "io.helidon..",
                        "org.slf4j..",
                        "ch.qos.logback..")
                .check(House.CLASSES);
        core().should()
                .dependOnClassesThat(describe(
                        "are sockets, files or threads",
                        type -> Set.of(
                                        "java.lang.Thread",
                                        "java.lang.ThreadLocal",
                                        "java.lang.System$Logger",
                                        "java.net.Socket",
                                        "java.net.ServerSocket",
                                        "java.net.DatagramSocket",
                                        "java.net.NetworkInterface",
                                        "java.net.URL",
                                        "java.io.File",
                                        "java.io.FileInputStream",
                                        "java.io.FileOutputStream",
                                        "java.io.PrintStream",
                                        "java.util.Timer")
                                .contains(type.getName())))
                .check(House.CLASSES);
    }

    @Test
    void readsNoClockAndDrawsNoChanceOfItsOwn() {
        core().should()
                .accessTargetWhere(
                        describe("reads a clock, a name server, the environment or chance", PureCoreTest::isWorldly))
                .check(House.CLASSES);
    }

    @Test
    void looksUpNoNamesWhenItMakesAnAddress() {
        core().should()
                .callConstructor(InetSocketAddress.class, String.class, int.class)
                .check(House.CLASSES);
    }

    @Test
    void hasNoStaticMutableState() {
        fields().that()
                .areDeclaredInClassesThat()
                .resideInAPackage("offhook..")
                .and()
                .haveModifier(STATIC)
                .should()
                .haveModifier(FINAL)
                .check(House.CLASSES);
    }

    @Test
    void stateMachinesAreOwnedByOneThread() {
        noFields()
                .that()
                .areDeclaredInClassesThat(inCore())
                .should()
                .haveModifier(VOLATILE)
                .check(House.CLASSES);
        noMethods()
                .that()
                .areDeclaredInClassesThat(inCore())
                .should()
                .haveModifier(SYNCHRONIZED)
                .check(House.CLASSES);
    }

    @Test
    void concreteClassesAreFinal() {
        classes()
                .that(inCore())
                .and()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and(describe("are neither enums nor open on purpose", type -> !type.isEnum() && !isAbstract(type)))
                .should()
                .haveModifier(FINAL)
                .check(House.CLASSES);
    }

    @Test
    void noCheckedExceptionCrossesARoom() {
        methods()
                .that()
                .areDeclaredInClassesThat(inCore().and(describe(
                        "are public", type -> type.getModifiers().contains(PUBLIC))))
                .and()
                .arePublic()
                .should(new ArchCondition<JavaMethod>("declare unchecked exceptions only") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        for (ThrowsDeclaration<?> declared : method.getThrowsClause()) {
                            if (!declared.getRawType().isAssignableTo(RuntimeException.class)) {
                                events.add(SimpleConditionEvent.violated(
                                        method, method.getFullName() + " throws " + declared.getRawType()));
                            }
                        }
                    }
                })
                .check(House.CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .that()
                .resideInAPackage("offhook..")
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl)$")
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .check(House.CLASSES);
    }

    private static GivenClassesConjunction core() {
        return noClasses().that(inCore());
    }

    private static DescribedPredicate<JavaClass> inCore() {
        return JavaClass.Predicates.resideInAnyPackage(House.CORE)
                .and(describe("are not the driver", PureCoreTest::isNotTheDriver))
                .as("are in the core");
    }

    private static boolean isNotTheDriver(JavaClass type) {
        return !type.getName().equals(DRIVER) && !type.getName().startsWith(DRIVER + "$");
    }

    private static boolean isWorldly(JavaAccess<?> access) {
        String name = access.getTarget().getName();
        String type = access.getTargetOwner().getName();
        if (access.getOriginOwner().isAssignableTo(type)) {
            return false; // A subclass that draws from what it is given, and says so to its super constructor.
        }
        return WORLDLY_CALLS.contains(type + "." + (name.equals("<init>") ? "new" : name));
    }

    private static boolean isAbstract(JavaClass type) {
        return type.getModifiers().contains(ABSTRACT);
    }
}
