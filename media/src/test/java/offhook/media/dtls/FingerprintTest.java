package offhook.media.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
    private static final byte[] CERTIFICATE = TestEndpoint.ALICE.certificate();

    @Test
    void printsAsSessionDescriptionsWantIt() {
        String text = TestEndpoint.ALICE.fingerprint().print();
        assertTrue(text.matches("sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}"), text);
        assertEquals(TestEndpoint.ALICE.fingerprint(), Fingerprint.parse(text).orElseThrow());
        assertEquals(
                TestEndpoint.ALICE.fingerprint(),
                Fingerprint.parse(text.toLowerCase(Locale.ROOT)).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-1", "sha-224", "sha-256", "sha-384", "sha-512"})
    void matchesUnderEveryHashThatIsTrusted(String algorithm) throws GeneralSecurityException {
        byte[] hash =
                MessageDigest.getInstance(algorithm.toUpperCase(Locale.ROOT)).digest(CERTIFICATE);
        String text =
                algorithm + " " + HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
        Fingerprint fingerprint = Fingerprint.parse(text).orElseThrow();
        assertEquals(algorithm, fingerprint.algorithm());
        assertTrue(fingerprint.matches(CERTIFICATE));
        assertFalse(fingerprint.matches(TestEndpoint.BOB.certificate()));
        assertEquals(text, fingerprint.print());
        hash[hash.length - 1] ^= 1;
        String other = algorithm + " " + HexFormat.ofDelimiter(":").formatHex(hash);
        assertFalse(Fingerprint.parse(other).orElseThrow().matches(CERTIFICATE));
        assertNotEquals(fingerprint, Fingerprint.parse(other).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "sha-256",
                "sha-256 ",
                "sha-256 AA:BB",
                "md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
                "sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:GG",
                "sha-1 00-11-22-33-44-55-66-77-88-99-AA-BB-CC-DD-EE-FF-00-11-22-33",
                "sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44",
            })
    void whatIsMalformedOrWeakIsNoFingerprint(String text) {
        assertTrue(Fingerprint.parse(text).isEmpty());
    }

    @Test
    void anIdentityIsASelfSignedP256Certificate() throws GeneralSecurityException {
        var certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(CERTIFICATE));
        certificate.verify(certificate.getPublicKey());
        certificate.checkValidity(Date.from(Instant.parse("2026-06-01T00:00:00Z")));
        assertEquals("CN=offhook", certificate.getSubjectX500Principal().getName());
        assertEquals(certificate.getSubjectX500Principal(), certificate.getIssuerX500Principal());
        assertTrue(certificate.getSerialNumber().signum() > 0);
        assertEquals("SHA256withECDSA", certificate.getSigAlgName());
        assertEquals(
                256,
                ((ECPublicKey) certificate.getPublicKey())
                        .getParams()
                        .getCurve()
                        .getField()
                        .getFieldSize());
        assertNotEquals(TestEndpoint.ALICE.fingerprint(), TestEndpoint.BOB.fingerprint());
    }

    @Test
    void randomTextIsNoFingerprintAndThrowsNothing() {
        var random = new Random(5);
        for (int i = 0; i < 10_000; i++) {
            var text = new StringBuilder(random.nextBoolean() ? "sha-1 " : "");
            int length = random.nextInt(80);
            for (int j = 0; j < length; j++) {
                text.append((char) (random.nextInt(10) == 0 ? random.nextInt(0x1_0000) : ' ' + random.nextInt(95)));
            }
            Fingerprint.parse(text.toString()).ifPresent(fingerprint -> assertEquals("sha-1", fingerprint.algorithm()));
        }
    }

    @Test
    void keysNeverShowInText() {
        var keys = new SrtpKeys(
                SrtpProfileId.AEAD_AES_128_GCM, new byte[] {65}, new byte[] {66}, new byte[] {67}, new byte[] {68});
        assertEquals("SrtpKeys[AEAD_AES_128_GCM]", keys.toString());
    }
}
