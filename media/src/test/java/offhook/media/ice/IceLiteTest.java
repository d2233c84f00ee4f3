package offhook.media.ice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import offhook.media.Fuzz;
import offhook.media.stun.MessageIntegrity;
import offhook.media.stun.StunClass;
import offhook.media.stun.StunMessage;
import offhook.media.stun.StunWriter;
import offhook.media.wire.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceLiteTest {
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress HOME = new InetSocketAddress("192.0.2.1", 5000);
    private static final InetSocketAddress MOBILE = new InetSocketAddress("198.51.100.7", 6000);
    private static final byte[] TRANSACTION_ID = new byte[12];

    private final CheckingPeer peer = new CheckingPeer();
    private final MessageIntegrity key = MessageIntegrity.shortTerm(peer.lite.password());
    private final IceLite ice = new IceLite(peer.lite, peer);

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "127.0.0.1", "::1", "2001:db8::17"})
    void aCheckIsAnsweredWithTheAddressItCameFrom(String host) {
        ice.remote(peer.own);
        InetSocketAddress from = new InetSocketAddress(host, 40_000);
        byte[] check = peer.nominatingCheck();

        assertEquals(0, take(from, check, 1));

        assertEquals(from, peer.sent.getLast().to());
        StunMessage response = peer.lastResponse();
        assertEquals(StunClass.SUCCESS_RESPONSE, response.messageClass());
        assertTrue(response.hasTransactionId(Arrays.copyOfRange(check, 8, 20)));
        assertEquals(from, response.mappedAddress());
        assertTrue(response.verifies(key));
        assertTrue(response.fingerprintMatches());
        assertEquals(List.of(from), peer.selected);
        assertEquals(from, ice.remoteAddress());
    }

    @Test
    void nothingIsKnownOrAwaitedBeforeTheFirstCheck() {
        assertNull(ice.remoteAddress());
        assertEquals(Long.MAX_VALUE, ice.deadlineNanos());
        ice.onDeadline(1_000 * SECOND);
        assertEquals(0, peer.expirations);
        assertTrue(peer.sent.isEmpty());
    }

    @Test
    void aCheckThatOvertakesTheAnswerIsAnswered() {
        assertEquals(0, take(HOME, peer.check(), 1));
        assertEquals(StunClass.SUCCESS_RESPONSE, peer.lastResponse().messageClass());
        assertEquals(HOME, ice.remoteAddress());
    }

    @Test
    void anotherUsernameIsRefused() {
        for (String username : List.of("someone:" + peer.own.ufrag(), peer.lite.ufrag(), ":", "")) {
            byte[] check = peer.check(username, peer.lite.password(), UnaryOperator.identity());
            assertEquals(IceDrop.WRONG_USERNAME.code(), take(HOME, check, 1), username);
            assertEquals(401, peer.lastResponse().errorCode());
        }
        assertNull(ice.remoteAddress());
    }

    @Test
    void anotherPeersUfragIsRefusedOnceThePeerIsKnown() {
        byte[] check = peer.check(peer.lite.ufrag() + ":stranger", peer.lite.password(), UnaryOperator.identity());
        assertEquals(0, take(HOME, check, 1));
        ice.remote(peer.own);
        assertEquals(IceDrop.WRONG_USERNAME.code(), take(HOME, check, 2));
        byte[] longer = peer.check(
                peer.lite.ufrag() + ":" + peer.own.ufrag() + "x", peer.lite.password(), UnaryOperator.identity());
        assertEquals(IceDrop.WRONG_USERNAME.code(), take(HOME, longer, 3));
        assertEquals(0, take(HOME, peer.check(), 4));
    }

    @Test
    void aWrongPasswordIsRefusedWithoutASignature() {
        byte[] check = peer.check(
                peer.lite.ufrag() + ":" + peer.own.ufrag(), "not the password at all", StunWriter::useCandidate);
        assertEquals(IceDrop.WRONG_INTEGRITY.code(), take(HOME, check, 1));
        assertEquals(401, peer.lastResponse().errorCode());
        assertFalse(peer.lastResponse().hasMessageIntegrity());
        assertNull(ice.remoteAddress());
    }

    @Test
    void aCheckWithoutCredentialsIsABadRequest() {
        StunWriter writer = new StunWriter();
        writer.bindingRequest(TRANSACTION_ID).finish();
        assertEquals(IceDrop.NO_CREDENTIALS.code(), take(HOME, written(writer), 1));
        assertEquals(400, peer.lastResponse().errorCode());

        writer.bindingRequest(TRANSACTION_ID).username(peer.lite.ufrag() + ":x").finish();
        assertEquals(IceDrop.NO_CREDENTIALS.code(), take(HOME, written(writer), 1));
        writer.bindingRequest(TRANSACTION_ID).finish(key);
        assertEquals(IceDrop.NO_CREDENTIALS.code(), take(HOME, written(writer), 1));
        assertNull(ice.remoteAddress());
    }

    @Test
    void anAttributeThatMustBeUnderstoodAndIsNotIsNamed() {
        byte[] check = peer.check(writer -> writer.raw(0x0002, new byte[4]).useCandidate());
        assertEquals(IceDrop.UNKNOWN_ATTRIBUTE.code(), take(HOME, check, 1));
        assertEquals(420, peer.lastResponse().errorCode());
        assertArrayEquals(new int[] {0x0002}, peer.lastResponse().unknownAttributes());
        assertTrue(peer.lastResponse().verifies(key));
        assertNull(ice.remoteAddress());
    }

    @Test
    void anAttributeThatNeedNotBeUnderstoodIsSkipped() {
        assertEquals(0, take(HOME, peer.check(writer -> writer.raw(0xC057, new byte[4])), 1));
    }

    @Test
    void aPeerThatClaimsToBeControlledIsToldToControlWhateverItsTieBreaker() {
        for (long tieBreaker : new long[] {0, 1, Long.MIN_VALUE, -1}) {
            byte[] check = peer.check(writer -> writer.iceControlled(tieBreaker).useCandidate());
            assertEquals(IceDrop.ROLE_CONFLICT.code(), take(HOME, check, 1));
            assertEquals(487, peer.lastResponse().errorCode());
            assertTrue(peer.lastResponse().verifies(key));
        }
        assertNull(ice.remoteAddress());
        assertEquals(0, take(HOME, peer.check(writer -> writer.iceControlling(1)), 2));
    }

    @Test
    void aWrongFingerprintIsDroppedInSilence() {
        byte[] check = peer.check();
        check[check.length - 1] ^= 1;
        assertEquals(IceDrop.WRONG_FINGERPRINT.code(), take(HOME, check, 1));
        assertTrue(peer.sent.isEmpty());
    }

    @Test
    void responsesIndicationsAndOtherMethodsAreDroppedInSilence() {
        for (int type : new int[] {0x0101, 0x0111, 0x0011, 0x0003}) {
            byte[] message = peer.check();
            Bytes.put16(message, 0, type);
            assertEquals(IceDrop.NOT_A_BINDING_REQUEST.code(), take(HOME, message, 1));
        }
        assertTrue(peer.sent.isEmpty());
        assertNull(ice.remoteAddress());
    }

    @Test
    void aNominatedAddressReplacesTheFirstOne() {
        take(HOME, peer.check(), 1);
        take(MOBILE, peer.nominatingCheck(), 2);
        assertEquals(List.of(HOME, MOBILE), peer.selected);
        assertEquals(MOBILE, ice.remoteAddress());
    }

    @Test
    void anAddressThatIsOnlyCheckedDoesNotReplaceTheSelectedOne() {
        take(HOME, peer.nominatingCheck(), 1);
        assertEquals(0, take(MOBILE, peer.check(), 2));
        assertEquals(MOBILE, peer.sent.getLast().to());
        assertEquals(List.of(HOME), peer.selected);
        assertEquals(HOME, ice.remoteAddress());
    }

    @Test
    void anotherPortOfTheSameHostIsAnotherAddress() {
        InetSocketAddress rebound = new InetSocketAddress(HOME.getAddress(), HOME.getPort() + 1);
        take(HOME, peer.nominatingCheck(), 1);
        take(rebound, peer.nominatingCheck(), 2);
        assertEquals(rebound, ice.remoteAddress());
    }

    @Test
    void anAddressThatFellSilentGivesWayToOneThatIsChecked() {
        take(HOME, peer.nominatingCheck(), SECOND);
        take(MOBILE, peer.check(), SECOND + IceLite.SILENT_PAIR_NANOS - 1);
        assertEquals(HOME, ice.remoteAddress());
        take(MOBILE, peer.check(), SECOND + IceLite.SILENT_PAIR_NANOS);
        assertEquals(MOBILE, ice.remoteAddress());
    }

    @Test
    void consentLastsThirtySecondsFromTheLastCheckOnTheSelectedAddress() {
        take(HOME, peer.nominatingCheck(), 10 * SECOND);
        assertEquals(40 * SECOND, ice.deadlineNanos());
        take(HOME, peer.check(), 15 * SECOND);
        take(MOBILE, peer.check(), 20 * SECOND);
        assertEquals(45 * SECOND, ice.deadlineNanos());

        ice.onDeadline(45 * SECOND - 1);
        assertEquals(0, peer.expirations);
        ice.onDeadline(45 * SECOND);
        assertEquals(1, peer.expirations);
        assertNull(ice.remoteAddress());
        assertEquals(Long.MAX_VALUE, ice.deadlineNanos());
        ice.onDeadline(100 * SECOND);
        assertEquals(1, peer.expirations);
    }

    @Test
    void aCheckAfterExpiryBringsTheAddressBack() {
        take(HOME, peer.nominatingCheck(), 0);
        ice.onDeadline(IceLite.CONSENT_NANOS);
        take(HOME, peer.check(), 50 * SECOND);
        assertEquals(List.of(HOME, HOME), peer.selected);
        assertEquals(HOME, ice.remoteAddress());
        assertEquals(80 * SECOND, ice.deadlineNanos());
    }

    @Test
    void consentLastsAsLongAsItIsTold() {
        IceLite brief = new IceLite(peer.lite, 3 * SECOND, peer);
        byte[] check = peer.check();
        brief.onDatagram(HOME, check, 0, check.length, -7);
        assertEquals(3 * SECOND - 7, brief.deadlineNanos());
    }

    @Test
    void whatIsNotAuthenticRenewsNoConsent() {
        take(HOME, peer.nominatingCheck(), 0);
        byte[] forged = peer.check(
                peer.lite.ufrag() + ":" + peer.own.ufrag(), "a guess that is wrong", StunWriter::useCandidate);
        take(HOME, forged, 20 * SECOND);
        assertEquals(IceLite.CONSENT_NANOS, ice.deadlineNanos());
    }

    @Test
    void aFloodOfForgedChecksIsAnsweredSparinglyAndChangesNothing() {
        take(HOME, peer.nominatingCheck(), SECOND);
        peer.sent.clear();
        byte[] forged = peer.check(
                peer.lite.ufrag() + ":" + peer.own.ufrag(), "a guess that is wrong", StunWriter::useCandidate);
        for (int i = 0; i < 10_000; i++) {
            assertEquals(IceDrop.WRONG_INTEGRITY.code(), take(MOBILE, forged, SECOND + i * 100_000L));
        }
        assertEquals(IceLite.MAX_ERRORS_PER_SECOND, peer.sent.size());
        assertEquals(HOME, ice.remoteAddress());
        take(HOME, peer.check(), 2 * SECOND);
        assertEquals(StunClass.SUCCESS_RESPONSE, peer.lastResponse().messageClass());
        take(MOBILE, forged, 2 * SECOND + SECOND);
        assertEquals(401, peer.lastResponse().errorCode());
    }

    @Test
    void wrongDatagramsMoveNothingUnlessTheyAreAuthentic() {
        ice.remote(peer.own);
        take(HOME, peer.nominatingCheck(), SECOND);
        List<byte[]> valid =
                List.of(peer.check(), peer.nominatingCheck(), peer.check(writer -> writer.iceControlling(7)));
        StunMessage message = new StunMessage();
        Fuzz.run(8445, 20_000, valid, (bytes, offset, length) -> {
            int result = ice.onDatagram(MOBILE, bytes, offset, length, SECOND);
            boolean authentic = message.wrap(bytes, offset, length) && message.verifies(key);
            if (result == 0) {
                assertTrue(authentic);
            } else {
                IceDrop.ofCode(result);
            }
            if (ice.remoteAddress().equals(MOBILE)) {
                assertTrue(authentic && message.useCandidate());
                take(HOME, peer.nominatingCheck(), SECOND);
            }
            IceLite.localUfragOf(bytes, offset, length);
        });
    }

    @Test
    void onlyAddressesThatSentAnAuthenticCheckAreEverSelected() {
        long seed = 7675;
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            IceLite agent = new IceLite(peer.lite, peer);
            peer.selected.clear();
            Set<InetSocketAddress> authentic = new HashSet<>();
            long now = random.nextLong() >> 2;
            long lastCheck = now;
            for (int step = 0; step < 60; step++) {
                now += random.nextLong(9 * SECOND);
                if (now >= agent.deadlineNanos()) {
                    agent.onDeadline(now);
                    assertNull(agent.remoteAddress(), "seed " + seed);
                }
                InetSocketAddress from = new InetSocketAddress(HOME.getAddress(), 1 + random.nextInt(4));
                boolean forged = random.nextInt(3) == 0;
                byte[] check = peer.check(
                        peer.lite.ufrag() + ":" + peer.own.ufrag(),
                        forged ? "the wrong password, again" : peer.lite.password(),
                        random.nextBoolean() ? StunWriter::useCandidate : UnaryOperator.identity());
                agent.onDatagram(from, check, 0, check.length, now);
                if (!forged) {
                    authentic.add(from);
                    lastCheck = now;
                }
                InetSocketAddress remote = agent.remoteAddress();
                assertTrue(remote == null || authentic.contains(remote), "seed " + seed);
                assertTrue(
                        remote == null || agent.deadlineNanos() <= lastCheck + IceLite.CONSENT_NANOS, "seed " + seed);
            }
        }
    }

    @Test
    void theLocalHalfOfTheUsernameIsFoundWithoutAnAgent() {
        byte[] check = peer.check();
        byte[] room = new byte[check.length + 9];
        System.arraycopy(check, 0, room, 5, check.length);
        assertEquals(peer.lite.ufrag(), IceLite.localUfragOf(room, 5, check.length));
        for (int length = 0; length < check.length; length++) {
            assertNull(IceLite.localUfragOf(room, 5, length));
        }
    }

    @Test
    void whatHasNoLocalHalfTellsNone() {
        for (String username : List.of("", ":", ":theirs", "nocolon", "x".repeat(300) + ":theirs")) {
            byte[] check = peer.check(username, peer.lite.password(), UnaryOperator.identity());
            assertNull(IceLite.localUfragOf(check, 0, check.length), username);
        }
        byte[] response = peer.check();
        Bytes.put16(response, 0, 0x0101);
        assertNull(IceLite.localUfragOf(response, 0, response.length));
        String longest = "x".repeat(IceCredentials.MAX_LENGTH);
        byte[] check = peer.check(longest + ":theirs", peer.lite.password(), UnaryOperator.identity());
        assertEquals(longest, IceLite.localUfragOf(check, 0, check.length));
    }

    @Test
    void everyDropIsFoundByItsCode() {
        for (IceDrop drop : IceDrop.values()) {
            assertTrue(drop.code() < 0);
            assertEquals(drop, IceDrop.ofCode(drop.code()));
        }
    }

    private int take(InetSocketAddress from, byte[] bytes, long nowNanos) {
        return ice.onDatagram(from, bytes, 0, bytes.length, nowNanos);
    }

    private static byte[] written(StunWriter writer) {
        return Arrays.copyOf(writer.bytes(), writer.length());
    }
}
