package offhook.server.walls;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrows between the rooms point one way only; each outside library has its own room. */
class WhoMayKnowWhomTest {
    /** What any room may stand on: the language, its ciphers, and the null annotations. */
    private static final List<String> GROUND = List.of("java..", "javax.crypto..", "org.jspecify..");

    @ParameterizedTest(name = "offhook.{0}")
    @CsvSource({
        "media, offhook.media..",
        "sip, offhook.sip..",
        "call, offhook.call.. offhook.media.. offhook.sip..",
        "exchange, offhook.exchange.. offhook.media.. offhook.sip.. org.slf4j..",
    })
    void aModuleKnowsOnlyTheModulesToItsRight(String module, String known) {
        classes()
                .that()
                .resideInAPackage("offhook." + module + "..")
                .and()
                .resideOutsideOfPackage("offhook.media.dtls..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(on(known))
                .check(House.CLASSES);
    }

    @ParameterizedTest(name = "media.{0}")
    @CsvSource({
        "wire, ''",
        "stun, ''",
        "ice, stun",
        "srtp, rtp",
        "rtp, ''",
        "rtcp, rtp",
        "dtmf, rtp",
        "audio, rtp",
        "video, rtp",
        "sdp, ''",
    })
    void aProtocolOfMediaKnowsOnlyWhatItRunsOn(String protocol, String runsOn) {
        String known = "offhook.media.wire.. offhook.media." + protocol + "..";
        classes()
                .that()
                .resideInAPackage("offhook.media." + protocol + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(on(runsOn.isEmpty() ? known : known + " offhook.media." + runsOn + ".."))
                .check(House.CLASSES);
    }

    @Test
    void dtlsKnowsOnlyItselfAndBouncyCastle() {
        classes()
                .that()
                .resideInAPackage("offhook.media.dtls..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(on("offhook.media.wire.. offhook.media.dtls.. org.bouncycastle.."))
                .check(House.CLASSES);
    }

    @ParameterizedTest(name = "sip.{0}")
    @CsvSource({
        "message, ''",
        "digest, message",
        "transaction, message",
        "dialog, message transaction digest",
        "registration, message transaction digest",
    })
    void aPartOfSipKnowsOnlyThePartsBelowIt(String part, String below) {
        String known = Stream.of(below.split(" "))
                .filter(name -> !name.isEmpty())
                .map(name -> " offhook.sip." + name + "..")
                .reduce("offhook.sip." + part + "..", String::concat);
        classes()
                .that()
                .resideInAPackage("offhook.sip." + part + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(on(known))
                .check(House.CLASSES);
    }

    @Test
    void theBrowsersLegNeverSeesSip() {
        noClasses()
                .that()
                .haveSimpleNameStartingWith("BrowserLeg")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("offhook.sip..")
                .check(House.CLASSES);
    }

    @Test
    void theSipLegNeverSeesIceOrDtls() {
        noClasses()
                .that()
                .haveSimpleNameStartingWith("SipLeg")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("offhook.media.ice..", "offhook.media.stun..", "offhook.media.dtls..")
                .check(House.CLASSES);
    }

    @Test
    void theBridgeKnowsNoLeg() {
        noClasses()
                .that()
                .resideInAPackage("offhook.call.bridge..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("offhook.call.leg..")
                .check(House.CLASSES);
    }

    @Test
    void aCallKnowsItsPartsAndNotItsSwitchboard() {
        noClasses()
                .that()
                .resideInAnyPackage("offhook.call", "offhook.call.leg..", "offhook.call.bridge..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("offhook.call.switchboard..")
                .check(House.CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage("offhook.call.leg..", "offhook.call.bridge..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("offhook.call")
                .check(House.CLASSES);
    }

    @Test
    void offersAreAnsweredWithoutLegsOrBridges() {
        noClasses()
                .that()
                .resideInAPackage("offhook.call.offer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "offhook.call", "offhook.call.leg..", "offhook.call.bridge..", "offhook.call.switchboard..")
                .check(House.CLASSES);
    }

    @ParameterizedTest(name = "server.{0}")
    @CsvSource({
        "udp, ''",
        "config, ''",
        "metrics, ''",
        "tls, ''",
        "loop, udp metrics",
        "sip, metrics tls",
        "signalling, loop metrics",
        "click, signalling metrics",
        "web, signalling click metrics tls",
    })
    void aPartOfTheServerKnowsOnlyThePartsBelowIt(String part, String below) {
        String[] forbidden = Stream.of(
                        "udp", "config", "metrics", "tls", "loop", "sip", "signalling", "click", "web", "app")
                .filter(other ->
                        !other.equals(part) && !List.of(below.split(" ")).contains(other))
                .map(other -> "offhook.server." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("offhook.server." + part + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(House.CLASSES);
    }

    @Test
    void onlyTheWiringKnowsTheExchange() {
        noClasses()
                .that()
                .resideOutsideOfPackages("offhook.exchange..", "offhook.server.app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("offhook.exchange..")
                .check(House.CLASSES);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "org.bouncycastle.., offhook.media.dtls..",
        "io.helidon.., offhook.server.web..",
        "com.fasterxml.jackson.dataformat.., offhook.server.config..",
        "com.nimbusds.., offhook.server.click..",
        "com.google.i18n.., offhook.server.click..",
        "picocli.., offhook.server.app..",
        "ch.qos.logback.., offhook.server.app..",
        "java.lang.foreign.., offhook.server.udp..",
    })
    void anOutsideLibraryHasOneRoom(String library, String room) {
        noClasses()
                .that()
                .resideOutsideOfPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(House.CLASSES);
    }

    @Test
    void jsonIsReadAndWrittenAtTheEdgesOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "offhook.server.config..", "offhook.server.signalling..", "offhook.server.web..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml..")
                .check(House.CLASSES);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"media", "sip", "call", "exchange", "server"})
    void packagesFormNoCycle(String module) {
        slices().matching("offhook." + module + ".(*)..")
                .should()
                .beFreeOfCycles()
                .check(House.CLASSES);
    }

    private static String[] on(String known) {
        List<String> all = new ArrayList<>(GROUND);
        all.addAll(List.of(known.split(" ")));
        return all.toArray(String[]::new);
    }
}
