package offhook.sip.digest;

import static offhook.sip.digest.DigestClient.Verdict.RETRY;
import static offhook.sip.digest.DigestClient.Verdict.UNSUPPORTED;
import static offhook.sip.digest.DigestClient.Verdict.WRONG_CREDENTIALS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import offhook.sip.message.Headers;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import org.junit.jupiter.api.Test;

class DigestClientTest {
    private static final SipRequest REGISTER = SipRequest.of(
            "REGISTER",
            SipUri.parse("sip:pbx.example.com;transport=tcp"),
            Headers.NONE
                    .append("Via", "SIP/2.0/UDP h;branch=z9hG4bK1")
                    .append("From", "<sip:1000@pbx.example.com>;tag=1")
                    .append("To", "<sip:1000@pbx.example.com>")
                    .append("Call-ID", "x")
                    .append("CSeq", "1 REGISTER"));

    private final DigestClient client = new DigestClient(new Credentials("1000", "s3cret"), new Random(1));

    private static SipResponse challenge(int status, String... values) {
        Headers headers = Headers.NONE;
        for (String value : values) {
            headers = headers.append(status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate", value);
        }
        return SipResponse.of(status, headers);
    }

    private static String nonce(String nonce) {
        return "Digest realm=\"pbx\", nonce=\"" + nonce + "\", qop=\"auth\", algorithm=MD5";
    }

    private AuthParameters answer() {
        return answer("Authorization");
    }

    private AuthParameters answer(String header) {
        List<String> values = client.authorize(REGISTER).headers().all(header);
        assertEquals(1, values.size());
        return AuthParameters.parse(values.getFirst()).orElseThrow();
    }

    @Test
    void withoutAChallengeARequestGoesAsItIs() {
        assertEquals(REGISTER, client.authorize(REGISTER));
    }

    @Test
    void anAnswerHasAllThatTheRfcAsksFor() {
        assertEquals(RETRY, client.onChallenge(challenge(401, """
                Digest realm="a \\"quoted\\" realm", domain="sip:x", nonce="abc/+==", opaque="o,p", stale=FALSE,\
                 algorithm=md5 , qop="auth-int , AUTH\"""")));
        SipRequest authorized = client.authorize(REGISTER);
        String value = authorized.headers().first("Authorization").orElseThrow();
        assertTrue(
                value.startsWith("Digest username=\"1000\", realm=\"a \\\"quoted\\\" realm\", nonce=\"abc/+==\","
                        + " uri=\"sip:pbx.example.com;transport=tcp\", response=\""),
                value);
        assertTrue(value.endsWith("opaque=\"o,p\", qop=auth, nc=00000001"), value);
        assertEquals(authorized, SipParser.parse(authorized.toBytes()));
    }

    @Test
    void countsTheUsesOfANonceAndTakesAFreshCnonceForEach() {
        client.onChallenge(challenge(401, nonce("one")));
        AuthParameters first = answer();
        AuthParameters second = answer();
        assertEquals("00000001", first.value("nc"));
        assertEquals("00000002", second.value("nc"));
        assertEquals(first.value("cnonce"), second.value("cnonce"));
        assertEquals(RETRY, client.onChallenge(challenge(401, nonce("two"))));
        AuthParameters third = answer();
        assertEquals("00000001", third.value("nc"));
        assertNotEquals(first.value("cnonce"), third.value("cnonce"));
        for (int i = 2; i < 20; i++) {
            answer();
        }
        assertEquals("00000014", answer().value("nc"));
    }

    @Test
    void theStrongestKnownAlgorithmIsTaken() {
        assertEquals(
                RETRY,
                client.onChallenge(challenge(
                        401,
                        "Basic realm=\"pbx\"",
                        nonce("weak"),
                        "Digest realm=\"pbx\", nonce=\"strong\", qop=\"auth\", algorithm=SHA-256",
                        "Digest realm=\"pbx\", nonce=\"unknown\", qop=\"auth\", algorithm=SHA3-512",
                        "Digest realm=\"pbx\", nonce=\"odd\", qop=\"token\", algorithm=SHA-512-256")));
        AuthParameters answer = answer();
        assertEquals("strong", answer.value("nonce"));
        assertEquals("SHA-256", answer.value("algorithm"));
        assertEquals(64, answer.value("response").length());
    }

    @Test
    void challengesThatCannotBeAnsweredAreSaidToBe() {
        assertEquals(
                UNSUPPORTED,
                client.onChallenge(challenge(401, "Basic realm=\"pbx\"", "Digest nonce=\"x\"", "Digest", "Digest x")));
        assertEquals(UNSUPPORTED, client.onChallenge(challenge(407)));
        assertEquals(REGISTER, client.authorize(REGISTER));
    }

    @Test
    void aFreshNonceRefusedMeansWrongCredentials() {
        assertEquals(RETRY, client.onChallenge(challenge(401, nonce("one"))));
        answer();
        assertEquals(WRONG_CREDENTIALS, client.onChallenge(challenge(401, nonce("two"))));
    }

    @Test
    void aStaleNonceIsRetriedOnceAndNotForEver() {
        client.onChallenge(challenge(401, nonce("one")));
        answer();
        assertEquals(RETRY, client.onChallenge(challenge(401, nonce("two") + ", stale=true")));
        assertEquals("two", answer().value("nonce"));
        assertEquals(WRONG_CREDENTIALS, client.onChallenge(challenge(401, nonce("three") + ", stale=true")));
    }

    @Test
    void aStaleNonceFollowedByAPlainRefusalMeansWrongCredentials() {
        client.onChallenge(challenge(401, nonce("one")));
        answer();
        client.onChallenge(challenge(401, nonce("two") + ", stale=TRUE"));
        answer();
        assertEquals(WRONG_CREDENTIALS, client.onChallenge(challenge(401, nonce("three"))));
    }

    @Test
    void aNonceThatServedBeforeIsReplacedEvenWhenNobodySaysStale() {
        client.onChallenge(challenge(401, nonce("one")));
        answer();
        for (int refresh = 0; refresh < 5; refresh++) {
            answer();
            assertEquals(RETRY, client.onChallenge(challenge(401, nonce("refresh " + refresh))));
            assertEquals("00000001", answer().value("nc"));
        }
    }

    @Test
    void aServerThatNeverChangesItsNonceSeesNoCountTwiceAndEndsIt() {
        client.onChallenge(challenge(401, nonce("same")));
        answer();
        assertEquals("00000002", answer().value("nc"));
        assertEquals(RETRY, client.onChallenge(challenge(401, nonce("same"))));
        assertEquals("00000003", answer().value("nc"));
        assertEquals(WRONG_CREDENTIALS, client.onChallenge(challenge(401, nonce("same"))));
    }

    @Test
    void serverAndProxyAreAnsweredEachInItsOwnHeader() {
        assertEquals(RETRY, client.onChallenge(challenge(407, nonce("proxy's"))));
        assertEquals("proxy's", answer("Proxy-Authorization").value("nonce"));
        assertEquals(RETRY, client.onChallenge(challenge(401, nonce("server's"))));
        SipRequest both = client.authorize(client.authorize(REGISTER));
        assertEquals(1, both.headers().all("Authorization").size());
        assertEquals(1, both.headers().all("Proxy-Authorization").size());
    }

    @Test
    void eachRealmIsAnswered() {
        client.onChallenge(challenge(407, nonce("a"), nonce("b").replace("pbx", "carrier")));
        assertEquals(
                2,
                client.authorize(REGISTER).headers().all("Proxy-Authorization").size());
    }

    @Test
    void realmsBeyondTheLimitAreNotAnswered() {
        for (int i = 0; i < 10; i++) {
            String[] three = {nonce("n").replace("pbx", "a" + i), nonce("n").replace("pbx", "b" + i)};
            client.onChallenge(challenge(407, three));
        }
        assertEquals(
                DigestClient.MAX_REALMS,
                client.authorize(REGISTER).headers().all("Proxy-Authorization").size());
    }

    @Test
    void aServerOfTheOldDaysGetsAnAnswerWithoutQop() {
        client.onChallenge(challenge(401, "Digest realm=\"pbx\",nonce=\"n\""));
        AuthParameters answer = answer();
        assertFalse(answer.has("qop") || answer.has("nc") || answer.has("cnonce"));
        assertEquals(32, answer.value("response").length());
    }

    @Test
    void anIntegrityOnlyServerGetsTheBodyIntoTheSum() {
        client.onChallenge(challenge(401, "Digest realm=\"pbx\", nonce=\"n\", qop=\"auth-int\""));
        SipRequest with = REGISTER.withBody("text/plain", "body");
        AuthParameters answer = AuthParameters.parse(
                        client.authorize(with).headers().first("Authorization").orElseThrow())
                .orElseThrow();
        assertEquals("auth-int", answer.value("qop"));
        assertEquals(
                DigestCalculation.response(
                        new Credentials("1000", "s3cret"),
                        new DigestCalculation.Inputs(
                                DigestAlgorithm.MD5,
                                "pbx",
                                "n",
                                "auth-int",
                                "00000001",
                                answer.value("cnonce"),
                                "REGISTER",
                                "sip:pbx.example.com;transport=tcp",
                                "body".getBytes(StandardCharsets.UTF_8))),
                answer.value("response"));
    }

    @Test
    void sessionAlgorithmsBindThePasswordToNonceAndCnonce() {
        client.onChallenge(challenge(401, "Digest realm=\"pbx\", nonce=\"n\", qop=auth, algorithm=MD5-sess"));
        AuthParameters answer = answer();
        String ha1 =
                DigestAlgorithm.MD5.hash(DigestAlgorithm.MD5.hash("1000:pbx:s3cret") + ":n:" + answer.value("cnonce"));
        String ha2 = DigestAlgorithm.MD5.hash("REGISTER:sip:pbx.example.com;transport=tcp");
        assertEquals(
                DigestAlgorithm.MD5.hash(ha1 + ":n:00000001:" + answer.value("cnonce") + ":auth:" + ha2),
                answer.value("response"));
    }

    @Test
    void anotherStatusIsNoChallenge() {
        assertThrows(IllegalArgumentException.class, () -> client.onChallenge(challenge(403)));
    }

    @Test
    void passwordsAreNotPrinted() {
        assertFalse(new Credentials("1000", "s3cret").toString().contains("s3cret"));
    }

    @Test
    void aChallengeThatCouldNotBeGivenBackIsSkipped() {
        assertEquals(UNSUPPORTED, client.onChallenge(challenge(401, "Digest realm=\"a\\\u0001\", nonce=\"n\"")));
        for (String malformed : List.of(
                "Digest realm=\"a",
                "Digest realm=\"a\"nonce=\"n\"",
                "Digest realm=a, realm=b, nonce=c",
                "Digest =a, realm=b, nonce=n",
                "Digest realm=, nonce=n",
                "Digestrealm=a,nonce=n",
                "Digest realm=\"\\",
                "Digest " + "a=b,".repeat(40) + "realm=a,nonce=n",
                "Digest realm, nonce=n")) {
            assertTrue(Challenge.parse(malformed).isEmpty(), malformed);
        }
    }
}
