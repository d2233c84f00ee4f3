package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import offhook.sip.Seeds;
import offhook.sip.VirtualNetwork;
import offhook.sip.digest.Credentials;
import offhook.sip.digest.DigestServer;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.registration.Registration;
import offhook.sip.registration.RegistrationFailure;
import offhook.sip.registration.RegistrationSettings;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.ServerTransaction;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/**
 * Calls and registrations over a network that loses 30 %, repeats 10 % and reorders: each must come about, or fail by its
 * timers, with both ends of one mind and nothing left behind. A failing seed is printed.
 */
class LossyNetworkTest {
    private static final int SEEDS = 250;

    private static long forEachSeed(BiConsumer<VirtualNetwork, Random> scenario) {
        VirtualNetwork[] network = new VirtualNetwork[1];
        return Seeds.each(
                SEEDS,
                seed -> {
                    network[0] = new VirtualNetwork(seed);
                    network[0].loss = 0.3;
                    network[0].duplication = 0.1;
                    network[0].leastDelayMillis = 1;
                    network[0].mostDelayMillis = 300;
                    scenario.accept(network[0], new Random(seed));
                },
                () -> String.join("\n", network[0].trace));
    }

    private static void assertNearlyAll(int good, long all) {
        assertTrue(good > all * 0.95 || all < 100, good + " of " + all);
    }

    private static void assertOverAndForgotten(VirtualNetwork network, Phone a, Phone b) {
        network.until(network.nowMillis() + 300_000);
        a.assertIdle();
        b.assertIdle();
        assertEquals(1, a.endings().size(), "the caller's endings: " + a.log);
        assertEquals(b.incoming.size(), b.endings().size(), "the called side's endings: " + b.log);
        assertTrue(b.incoming.size() <= 1, "one INVITE is one call");
    }

    @Test
    void aCallIsEstablishedAndEnded() {
        int[] established = new int[1];
        long all = forEachSeed((network, random) -> {
            Phone a = new Phone(network, "a");
            Phone b = new Phone(network, "b");
            b.habit = session -> session.progress(180, b.now());
            UacSession call = a.call(b);
            network.until(3_000 + random.nextInt(2_000));
            b.incoming.forEach(session -> session.answer(Headers.NONE, Phone.ANSWER, b.now()));
            network.until(45_000);
            if (call.established()
                    && !b.incoming.isEmpty()
                    && b.incoming.getLast().established()) {
                established[0]++;
                assertTrue(b.log.getLast().endsWith("acknowledged"), b.log.toString());
            }
            if (random.nextBoolean()) {
                call.hangUp(network.now());
            } else {
                b.incoming.forEach(session -> session.hangUp(network.now()));
                network.until(100_000);
                call.hangUp(network.now());
            }
            assertOverAndForgotten(network, a, b);
        });
        // Seven INVITEs, eleven 200s and their ACKs: at 30 % loss nearly all get through.
        assertNearlyAll(established[0], all);
    }

    @Test
    void cancelCrossesTheAnswerAtAnyMoment() {
        forEachSeed((network, random) -> {
            Phone a = new Phone(network, "a");
            Phone b = new Phone(network, "b");
            int answerAfter = random.nextInt(2_000);
            b.habit = session -> {
                session.progress(180, b.now());
                b.host.deadlines.at(
                        b.now() + answerAfter * 1_000_000L, now -> session.answer(Headers.NONE, Phone.ANSWER, now));
            };
            UacSession call = a.call(b);
            network.until(random.nextInt(2_500));
            call.hangUp(network.now());
            assertOverAndForgotten(network, a, b);
        });
    }

    @Test
    void bothSidesHangUpAtAboutTheSameTime() {
        forEachSeed((network, random) -> {
            Phone a = new Phone(network, "a");
            Phone b = new Phone(network, "b");
            b.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, b.now());
            UacSession call = a.call(b);
            network.until(random.nextInt(5_000));
            call.hangUp(network.now());
            network.until(network.nowMillis() + random.nextInt(400));
            b.incoming.forEach(session -> session.hangUp(network.now()));
            assertOverAndForgotten(network, a, b);
        });
    }

    @Test
    void refusalsArriveOrTimeOut() {
        int[] refused = new int[1];
        long all = forEachSeed((network, random) -> {
            Phone a = new Phone(network, "a");
            Phone b = new Phone(network, "b");
            b.habit = session -> session.refuse(486, Headers.NONE, b.now());
            UacSession call = a.call(b);
            assertOverAndForgotten(network, a, b);
            if (a.log.getLast().endsWith("refused 486")) {
                refused[0]++;
            }
            assertTrue(call.over());
        });
        assertNearlyAll(refused[0], all);
    }

    /** Rings with early media that arrives for certain, and answers soon after, perhaps before that is acknowledged. */
    private static void answersSoon(Phone b, Random random) {
        int answerAfter = random.nextInt(1_500);
        b.habit = session -> {
            session.progress(183, Headers.NONE, Phone.ANSWER, b.now());
            b.host.deadlines.at(
                    b.now() + answerAfter * 1_000_000L, now -> session.answer(Headers.NONE, Body.NONE, now));
        };
    }

    @Test
    void earlyMediaArrivesOnceAndBeforeTheAnswer() {
        int[] established = new int[1];
        long all = forEachSeed((network, random) -> {
            Phone a = Phone.modern(network, "a");
            Phone b = Phone.modern(network, "b");
            answersSoon(b, random);
            UacSession call = a.call(b);
            network.until(60_000);
            if (call.established()) {
                established[0]++;
                assertEquals("out ringing 183", a.log.getFirst().split(" ", 2)[1]);
                assertEquals("out answered", a.log.get(1).split(" ", 2)[1]);
            }
            call.hangUp(network.now());
            b.incoming.forEach(session -> session.hangUp(network.now()));
            assertOverAndForgotten(network, a, b);
        });
        assertNearlyAll(established[0], all);
    }

    @Test
    void offersCrossAndEachComesToOneEnd() {
        int[] answered = new int[1];
        int[] offered = new int[1];
        forEachSeed((network, random) -> {
            Phone a = Phone.modern(network, "a");
            Phone b = Phone.modern(network, "b");
            answersSoon(b, random);
            UacSession call = a.call(b);
            network.until(30_000);
            int offers = 0;
            for (int i = 0; i < 6; i++) {
                for (Phone phone : random.nextBoolean() ? List.of(a, b) : List.of(b, a)) {
                    InviteSession session = phone == a ? call : b.incoming.isEmpty() ? null : b.incoming.getLast();
                    if (session != null && session.established() && !session.offering()) {
                        phone.offer(session);
                        offers++;
                    }
                    network.until(network.nowMillis() + random.nextInt(600));
                }
                network.until(network.nowMillis() + random.nextInt(10_000));
            }
            boolean alive = call.established() && b.incoming.getLast().established();
            if (alive) {
                network.until(network.nowMillis() + 200_000);
            }
            if (call.established() && b.incoming.getLast().established()) {
                assertEquals(offers, outcomes(a) + outcomes(b), "each offer has one outcome");
                answered[0] += (int) (answers(a) + answers(b));
                offered[0] += offers;
            }
            call.hangUp(network.now());
            b.incoming.forEach(session -> session.hangUp(network.now()));
            assertOverAndForgotten(network, a, b);
        });
        assertTrue(answered[0] > offered[0] * 0.95, answered[0] + " of " + offered[0]);
    }

    private static long outcomes(Phone phone) {
        return phone.log.stream().filter(line -> line.contains(" offer ")).count();
    }

    private static long answers(Phone phone) {
        return phone.log.stream()
                .filter(line -> line.contains(" offer answered"))
                .count();
    }

    @Test
    void aByeCrossesAnOfferAtAnyMoment() {
        forEachSeed((network, random) -> {
            Phone a = Phone.modern(network, "a");
            Phone b = Phone.modern(network, "b");
            answersSoon(b, random);
            UacSession call = a.call(b);
            network.until(40_000);
            if (call.established()) {
                a.offer(call);
            }
            network.until(network.nowMillis() + random.nextInt(2_000));
            InviteSession leaving = random.nextBoolean() || b.incoming.isEmpty() ? call : b.incoming.getLast();
            leaving.hangUp(network.now());
            network.until(network.nowMillis() + 200_000);
            call.hangUp(network.now());
            b.incoming.forEach(session -> session.hangUp(network.now()));
            assertOverAndForgotten(network, a, b);
            assertEquals(a.endings().getLast(), a.log.getLast(), "nothing is said after the end");
        });
    }

    @Test
    void sessionsAreRefreshedForAnHour() {
        int[] alive = new int[1];
        long all = forEachSeed((network, random) -> {
            Phone a = new Phone(network, "a", Phone.modern("a").withSessionTimer(600, 90));
            Phone b = new Phone(network, "b", Phone.modern("b").withSessionTimer(600, 90));
            answersSoon(b, random);
            UacSession call = a.call(b);
            network.until(3_600_000);
            if (call.established() && b.incoming.getLast().established()) {
                alive[0]++;
            }
            call.hangUp(network.now());
            b.incoming.forEach(session -> session.hangUp(network.now()));
            assertOverAndForgotten(network, a, b);
        });
        // Twelve UPDATEs, each of which would have to be lost eleven times in a row.
        assertNearlyAll(alive[0], all);
    }

    @Test
    void transfersAreFollowedToOneEnd() {
        int[] reported = new int[1];
        long all = forEachSeed((network, random) -> {
            Phone a = Phone.modern(network, "a");
            Phone b = Phone.modern(network, "b");
            answersSoon(b, random);
            b.referralHabit = referral -> {
                referral.accept(b.now());
                b.host.deadlines.at(b.now() + 500_000_000L, now -> referral.notify(180, now));
                b.host.deadlines.at(b.now() + random.nextInt(3_000) * 1_000_000L, now -> referral.notify(200, now));
            };
            UacSession call = a.call(b);
            network.until(40_000);
            if (call.established()) {
                call.refer(
                        NameAddress.of(SipUri.parse("sip:c@10.0.0.9")),
                        Headers.NONE,
                        a.referralListener(),
                        network.now());
                network.until(network.nowMillis() + 120_000);
            }
            List<String> ends = a.log.stream()
                    .filter(line -> line.contains("transfer ended"))
                    .toList();
            assertTrue(ends.size() <= 1, a.log.toString());
            if (!ends.isEmpty() && ends.getFirst().endsWith("200 OK")) {
                reported[0]++;
            }
            call.hangUp(network.now());
            b.incoming.forEach(session -> session.hangUp(network.now()));
            assertOverAndForgotten(network, a, b);
        });
        assertNearlyAll(reported[0], all);
    }

    @Test
    void aUserRegistersRefreshesAndWithdraws() {
        int[] registered = new int[1];
        long all = forEachSeed((network, random) -> {
            Registrar registrar = new Registrar(network);
            Phone a = new Phone(network, "a");
            List<String> log = new ArrayList<>();
            Registration registration = new Registration(
                    new RegistrationSettings(
                            SipUri.parse("sip:example.com"),
                            NameAddress.of(SipUri.parse("sip:a@example.com")),
                            a.contact(),
                            new Hop(Transport.UDP, registrar.host.ip(), 5060),
                            List.of(),
                            Optional.of(new Credentials("a", "secret")),
                            120,
                            "phone"),
                    a.host.core.transactions(),
                    random,
                    new Registration.Listener() {
                        @Override
                        public void registered(Registration.Binding binding, long nowNanos) {
                            log.add("registered");
                        }

                        @Override
                        public void failed(RegistrationFailure failure, long nowNanos) {
                            log.add("failed " + failure.reason());
                        }

                        @Override
                        public void unregistered(long nowNanos) {
                            log.add("unregistered");
                        }
                    });
            registration.start(network.now());
            network.until(600_000);
            long successes = log.stream().filter("registered"::equals).count();
            long timeouts = log.stream().filter("failed TIMEOUT"::equals).count();
            assertEquals(log.size(), successes + timeouts, log.toString());
            registered[0] += successes >= 5 ? 1 : 0;
            registration.unregister(network.now());
            network.until(network.nowMillis() + 200_000);
            assertEquals("unregistered", log.getLast());
            assertEquals(1, log.stream().filter("unregistered"::equals).count());
            a.assertIdle();
        });
        assertNearlyAll(registered[0], all);
    }

    /** Challenges every REGISTER once and grants what is asked for. */
    private static final class Registrar implements UserAgentCore.Newcomers {
        final VirtualNetwork.Host host;
        private final VirtualNetwork network;
        private final DigestServer digest = new DigestServer("example.com", new Random(9));

        Registrar(VirtualNetwork network) {
            this.network = network;
            this.host = network.host(
                    "registrar", UserAgentSettings.of("r-", "registrar").withMethods(SipMethod.REGISTER), this);
        }

        @Override
        public void onInvite(UasSession session, long nowNanos) {
            throw new AssertionError("nobody calls a registrar");
        }

        @Override
        public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
            DigestServer.Verdict verdict = digest.verify(request, 401, user -> Optional.of("secret"), nowNanos);
            if (verdict instanceof DigestServer.Verdict.Accepted) {
                SipResponse ok = SipResponse.answering(
                        request, 200, "r" + network.random().nextInt());
                transaction.respond(
                        ok.with(ok.headers()
                                .withAllOf(HeaderName.CONTACT, request.headers())
                                .withAllOf(HeaderName.EXPIRES, request.headers())),
                        nowNanos);
            } else {
                boolean stale = verdict instanceof DigestServer.Verdict.Stale;
                transaction.respond(digest.challenge(request, 401, stale, "r", nowNanos), nowNanos);
            }
        }
    }
}
