package offhook.sip.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import offhook.sip.digest.DigestServer.Verdict;
import offhook.sip.message.Headers;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import org.junit.jupiter.api.Test;

class DigestServerTest {
    private static final long NOW = -5_000_000_000L;
    private static final SipRequest INVITE = SipRequest.of(
            "INVITE",
            SipUri.parse("sip:echo@pbx.example.com"),
            Headers.NONE
                    .append("Via", "SIP/2.0/UDP h;branch=z9hG4bK1")
                    .append("From", "<sip:1000@pbx.example.com>;tag=1")
                    .append("To", "<sip:echo@pbx.example.com>")
                    .append("Call-ID", "x")
                    .append("CSeq", "1 INVITE"));

    private final DigestServer server = new DigestServer("pbx \"example\"", new Random(2));
    private final DigestClient client = new DigestClient(new Credentials("1000", "s3cret"), new Random(3));

    private Verdict verify(SipRequest request, int status, long nowNanos) {
        return server.verify(
                request, status, user -> user.equals("1000") ? Optional.of("s3cret") : Optional.empty(), nowNanos);
    }

    private SipRequest answered(DigestClient whose, int status, long nowNanos) {
        whose.onChallenge(server.challenge(INVITE, status, false, "t", nowNanos));
        return whose.authorize(INVITE);
    }

    @Test
    void aChallengeOffersTheStrongerAlgorithmFirst() {
        SipResponse response = server.challenge(INVITE, 407, true, "t", NOW);
        assertEquals(407, response.status());
        var challenges = response.headers().all("Proxy-Authenticate").stream()
                .map(value -> Challenge.parse(value).orElseThrow())
                .toList();
        assertEquals(DigestAlgorithm.SHA_256, challenges.getFirst().algorithm());
        assertEquals(DigestAlgorithm.MD5, challenges.getLast().algorithm());
        assertTrue(challenges.getFirst().stale());
        assertEquals("t", response.headers().to().tag());
    }

    @Test
    void onlyTheAlgorithmsThatItIsGivenAreOfferedAndAccepted() {
        DigestServer plain = new DigestServer("pbx \"example\"", List.of(DigestAlgorithm.MD5), new Random(4));
        SipResponse response = plain.challenge(INVITE, 401, false, "t", NOW);
        assertEquals(1, response.headers().all("WWW-Authenticate").size());
        client.onChallenge(response);
        SipRequest proved = client.authorize(INVITE);
        assertEquals(new Verdict.Accepted("1000"), plain.verify(proved, 401, user -> Optional.of("s3cret"), NOW));

        DigestClient other = new DigestClient(new Credentials("1000", "s3cret"), new Random(5));
        assertEquals(
                new Verdict.Refused("1000"),
                plain.verify(answered(other, 401, NOW), 401, user -> Optional.of("s3cret"), NOW));
    }

    @Test
    void theRightPasswordIsAcceptedInEveryRole() {
        assertEquals(new Verdict.Accepted("1000"), verify(answered(client, 407, NOW), 407, NOW + 1));
        assertEquals(new Verdict.Accepted("1000"), verify(answered(client, 401, NOW), 401, NOW + 1));
        assertEquals(new Verdict.Accepted("1000"), verify(client.authorize(INVITE), 401, NOW + 2));
    }

    @Test
    void anOldTelephoneMayUseMd5() {
        String md5 = server.challenge(INVITE, 401, false, "t", NOW)
                .headers()
                .all("WWW-Authenticate")
                .getLast();
        client.onChallenge(SipResponse.of(401, Headers.NONE.append("WWW-Authenticate", md5)));
        assertEquals(new Verdict.Accepted("1000"), verify(client.authorize(INVITE), 401, NOW));
    }

    @Test
    void aWrongPasswordAndAnUnknownUserAreRefused() {
        DigestClient wrong = new DigestClient(new Credentials("1000", "guess"), new Random(4));
        assertEquals(new Verdict.Refused("1000"), verify(answered(wrong, 401, NOW), 401, NOW));
        DigestClient unknown = new DigestClient(new Credentials("nobody", "s3cret"), new Random(4));
        assertEquals(new Verdict.Refused("nobody"), verify(answered(unknown, 401, NOW), 401, NOW));
    }

    @Test
    void withoutCredentialsForThisRealmThereIsNothingToJudge() {
        assertInstanceOf(Verdict.Missing.class, verify(INVITE, 401, NOW));
        assertInstanceOf(Verdict.Missing.class, verify(answered(client, 407, NOW), 401, NOW));
        SipRequest other = INVITE.with(INVITE.headers()
                .append("Authorization", "NoOneKnowsThisScheme opaque-data=here")
                .append("Authorization", "Digest realm=\"another\", nonce=\"n\""));
        assertInstanceOf(Verdict.Missing.class, verify(other, 401, NOW));
    }

    @Test
    void aNonceGoesStaleWithAge() {
        SipRequest answered = answered(client, 401, NOW);
        assertInstanceOf(Verdict.Stale.class, verify(answered, 401, NOW + DigestServer.NONCE_LIFETIME_NANOS));
        assertInstanceOf(Verdict.Accepted.class, verify(answered, 401, NOW + DigestServer.NONCE_LIFETIME_NANOS - 1));
    }

    @Test
    void aRepeatedRequestIsNotAcceptedAgain() {
        SipRequest first = answered(client, 401, NOW);
        SipRequest second = client.authorize(INVITE);
        assertInstanceOf(Verdict.Accepted.class, verify(second, 401, NOW));
        assertInstanceOf(Verdict.Stale.class, verify(second, 401, NOW));
        assertInstanceOf(Verdict.Stale.class, verify(first, 401, NOW));
        assertInstanceOf(Verdict.Accepted.class, verify(client.authorize(INVITE), 401, NOW));
    }

    @Test
    void aNonceThatWasNotIssuedHereOrIsChangedIsStale() {
        String value =
                answered(client, 401, NOW).headers().first("Authorization").orElseThrow();
        int at = value.indexOf("nonce=\"") + 7;
        char changed = value.charAt(at + 15) == '0' ? '1' : '0';
        for (String other : new String[] {
            value.substring(0, at + 15) + changed + value.substring(at + 16),
            value.replaceFirst("nonce=\"[^\"]*", "nonce=\""),
            value.replaceFirst("nonce=\"[^\"]*", "nonce=\"" + "z".repeat(64)),
            value.replaceFirst("nonce=\"[^\"]*", "nonce=\"" + "0".repeat(64))
        }) {
            SipRequest request = INVITE.with(INVITE.headers().append("Authorization", other));
            assertInstanceOf(Verdict.Stale.class, verify(request, 401, NOW), other);
        }
    }

    @Test
    void credentialsForAnotherRequestAreRefused() {
        SipRequest answered = answered(client, 401, NOW);
        SipRequest elsewhere = answered.withUri(SipUri.parse("sip:1009@pbx.example.com"));
        assertInstanceOf(Verdict.Refused.class, verify(elsewhere, 401, NOW));
        SipRequest otherMethod = SipRequest.of("BYE", answered.uri(), answered.headers());
        assertInstanceOf(Verdict.Refused.class, verify(otherMethod, 401, NOW));
    }

    @Test
    void anAnswerWithoutQopOrWithABrokenCountIsRefused() {
        String value =
                answered(client, 401, NOW).headers().first("Authorization").orElseThrow();
        for (String other : new String[] {
            value.replace(", qop=auth", ""),
            value.replace("nc=00000001", "nc=1"),
            value.replace("nc=00000001", "nc=0000000x"),
            value.replace("algorithm=SHA-256", "algorithm=X"),
            value.replaceFirst("uri=\"[^\"]*", "uri=\"")
        }) {
            SipRequest request = INVITE.with(INVITE.headers().append("Authorization", other));
            assertInstanceOf(Verdict.Refused.class, verify(request, 401, NOW), other);
        }
    }

    @Test
    void whenTheTableIsFullTheOldestNonceGoesStaleAndCannotBeReplayed() {
        SipRequest first = answered(client, 401, NOW);
        assertInstanceOf(Verdict.Accepted.class, verify(first, 401, NOW));
        for (int i = 1; i <= DigestServer.MAX_NONCES_IN_USE; i++) {
            DigestClient another = new DigestClient(new Credentials("1000", "s3cret"), new Random(i));
            assertInstanceOf(Verdict.Accepted.class, verify(answered(another, 401, NOW + i), 401, NOW + i));
        }
        assertInstanceOf(Verdict.Stale.class, verify(first, 401, NOW + 5000));
        assertInstanceOf(Verdict.Stale.class, verify(client.authorize(INVITE), 401, NOW + 5000));
    }
}
