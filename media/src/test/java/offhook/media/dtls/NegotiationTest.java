package offhook.media.dtls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Random;
import offhook.media.dtls.DtlsFailure.Reason;
import offhook.media.wire.Bytes;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.junit.jupiter.api.Test;

class NegotiationTest {
    private static final BigInteger USUAL_EXPONENT = BigInteger.valueOf(65_537);

    @Test
    void anRsaCertificateOfUsualSizeIsAccepted() throws Exception {
        byte[] certificate = rsaCertificate(2_048, USUAL_EXPONENT);
        Negotiation negotiation = expecting(Fingerprint.sha256(certificate));
        assertDoesNotThrow(() -> negotiation.verify(chain(negotiation, certificate)));
    }

    @Test
    void anRsaKeyThatOnlyCostsTimeIsRefused() throws Exception {
        for (byte[] certificate : List.of(
                rsaCertificate(4_098, USUAL_EXPONENT),
                rsaCertificate(2_048, BigInteger.ONE.shiftLeft(1_000).add(BigInteger.ONE)))) {
            Negotiation negotiation = expecting(Fingerprint.sha256(certificate));
            assertThrows(TlsFatalAlert.class, () -> negotiation.verify(chain(negotiation, certificate)));
            assertEquals(Reason.PROTOCOL, negotiation.failure().reason());
        }
    }

    @Test
    void aPeerWithoutACertificateIsRefused() {
        Negotiation negotiation = expecting(TestEndpoint.BOB.fingerprint());
        assertThrows(TlsFatalAlert.class, () -> negotiation.verify(Certificate.EMPTY_CHAIN));
        assertEquals(Reason.FINGERPRINT, negotiation.failure().reason());
    }

    @Test
    void aServerMayChooseNoOtherSrtpProfileThanOfferedAndNoKeyIdentifier() throws Exception {
        for (int[] chosen : List.of(new int[] {2}, new int[] {1, 7}, new int[] {0x1234})) {
            Negotiation negotiation = expecting(TestEndpoint.BOB.fingerprint());
            assertThrows(TlsFatalAlert.class, () -> negotiation.accept(new UseSRTPData(chosen, new byte[0])));
            assertEquals(Reason.NO_SRTP_PROFILE, negotiation.failure().reason());
        }
        Negotiation negotiation = expecting(TestEndpoint.BOB.fingerprint());
        assertThrows(TlsFatalAlert.class, () -> negotiation.accept(new UseSRTPData(new int[] {7}, new byte[1])));
        assertEquals(Reason.PROTOCOL, negotiation.failure().reason());
        assertThrows(TlsFatalAlert.class, () -> negotiation.accept(null));
        assertDoesNotThrow(() -> negotiation.accept(new UseSRTPData(new int[] {7}, new byte[0])));
    }

    /** Bouncy Castle would reserve 16 MB for it, and break off at a record that is too short. */
    @Test
    void anEncryptedRecordThatIsInvalidOrClaimsMegabytesIsIgnored() throws IOException {
        byte[] finished = new byte[24];
        Bytes.put8(finished, 0, 20);
        Bytes.put24(finished, 1, 12);
        Bytes.put24(finished, 9, 12);
        var honest = new DtlsCrypto.BoundedCipher(new FakeCipher(finished));
        assertEquals(
                24, honest.decodeCiphertext(0, ContentType.handshake, ProtocolVersion.DTLSv12, finished, 0, 24).len);
        byte[] greedy = finished.clone();
        Bytes.put24(greedy, 1, 0xFFFFFF);
        assertIgnored(new FakeCipher(greedy));
        assertIgnored(new FakeCipher(null));
    }

    private static void assertIgnored(FakeCipher cipher) {
        var bounded = new DtlsCrypto.BoundedCipher(cipher);
        var alert = assertThrows(
                TlsFatalAlert.class,
                () -> bounded.decodeCiphertext(0, ContentType.handshake, ProtocolVersion.DTLSv12, new byte[0], 0, 0));
        assertEquals(AlertDescription.bad_record_mac, alert.getAlertDescription());
    }

    private static Negotiation expecting(Fingerprint fingerprint) {
        return new Negotiation(
                TestEndpoint.ALICE,
                DtlsRole.CLIENT,
                List.of(fingerprint),
                DtlsSettings.DEFAULT.profiles(),
                GivenRandom.of(new Random(1)));
    }

    private static Certificate chain(Negotiation negotiation, byte[] certificate) throws IOException {
        return new Certificate(new TlsCertificate[] {negotiation.crypto().createCertificate(certificate)});
    }

    /** Nobody could use this key, but its length is all that counts here. */
    private static byte[] rsaCertificate(int bits, BigInteger exponent) throws IOException, OperatorCreationException {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
        var name = new X500Name("CN=rsa");
        var builder = new X509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(Instant.EPOCH),
                Date.from(Instant.parse("2050-01-01T00:00:00Z")),
                name,
                new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                        new RSAPublicKey(modulus, exponent)));
        var algorithm = new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA");
        var signer = new BcECContentSignerBuilder(
                        algorithm, new DefaultDigestAlgorithmIdentifierFinder().find(algorithm))
                .build(TestEndpoint.ALICE.privateKey());
        return builder.build(signer).getEncoded();
    }

    /** Decodes whatever it gets to one plaintext, or breaks off as Bouncy Castle's does at a record that is too short. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record FakeCipher(byte[] plaintext) implements TlsCipher {
        @Override
        public TlsDecodeResult decodeCiphertext(
                long sequence, short type, ProtocolVersion version, byte[] bytes, int offset, int length)
                throws IOException {
            if (plaintext == null) {
                throw new TlsFatalAlert(AlertDescription.decode_error);
            }
            return new TlsDecodeResult(plaintext, 0, plaintext.length, type);
        }

        @Override
        public TlsEncodeResult encodePlaintext(
                long sequence,
                short type,
                ProtocolVersion version,
                int headerAllocation,
                byte[] bytes,
                int offset,
                int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int getCiphertextDecodeLimit(int plaintextLimit) {
            return plaintextLimit;
        }

        @Override
        public int getCiphertextEncodeLimit(int plaintextLimit) {
            return plaintextLimit;
        }

        @Override
        public int getPlaintextDecodeLimit(int ciphertextLimit) {
            return ciphertextLimit;
        }

        @Override
        public int getPlaintextEncodeLimit(int ciphertextLimit) {
            return ciphertextLimit;
        }

        @Override
        public void rekeyDecoder() {
            // Nothing to do.
        }

        @Override
        public void rekeyEncoder() {
            // Nothing to do.
        }

        @Override
        public boolean usesOpaqueRecordTypeDecode() {
            return false;
        }

        @Override
        public boolean usesOpaqueRecordTypeEncode() {
            return false;
        }
    }
}
