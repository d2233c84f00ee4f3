package offhook.media.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.random.RandomGenerator;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcECContentSignerBuilder;

/**
 * Our certificate and its private key: ECDSA on P-256, self-signed, as RFC 8827 section 6.5 wants it. Nobody checks the
 * name or the dates in it; its fingerprint in the session description is what binds it to us. Immutable: one identity
 * serves all associations of a process.
 */
public final class DtlsIdentity {
    private static final String NAME = "CN=offhook";
    private static final int SERIAL_BITS = 127;

    private final byte[] certificate;
    private final AsymmetricKeyParameter privateKey;
    private final Fingerprint fingerprint;

    private DtlsIdentity(byte[] certificate, AsymmetricKeyParameter privateKey) {
        this.certificate = certificate;
        this.privateKey = privateKey;
        this.fingerprint = Fingerprint.sha256(certificate);
    }

    /**
     * Makes a new key and a certificate for it. Takes a few milliseconds.
     *
     * @param random a {@link SecureRandom} wherever real calls are made; a seeded generator in a simulation
     * @param notBefore when the certificate begins to be valid
     * @param notAfter when it ends to be valid
     */
    public static DtlsIdentity generate(RandomGenerator random, Instant notBefore, Instant notAfter) {
        SecureRandom secureRandom = GivenRandom.of(random);
        var curve = new ECNamedDomainParameters(
                SECObjectIdentifiers.secp256r1, CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1));
        var generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(curve, secureRandom));
        var pair = generator.generateKeyPair();
        var name = new X500Name(NAME);
        try {
            var builder = new X509v3CertificateBuilder(
                    name,
                    new BigInteger(SERIAL_BITS, secureRandom).add(BigInteger.ONE),
                    Date.from(notBefore),
                    Date.from(notAfter),
                    name,
                    SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(pair.getPublic()));
            var algorithm = new DefaultSignatureAlgorithmIdentifierFinder().find("SHA256withECDSA");
            var signer = new BcECContentSignerBuilder(
                            algorithm, new DefaultDigestAlgorithmIdentifierFinder().find(algorithm))
                    .setSecureRandom(secureRandom)
                    .build(pair.getPrivate());
            return new DtlsIdentity(builder.build(signer).getEncoded(), pair.getPrivate());
        } catch (IOException | OperatorCreationException impossible) {
            throw new IllegalStateException("a key of our own making can be signed with", impossible);
        }
    }

    /** What our session descriptions announce. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** The certificate in DER. */
    public byte[] certificate() {
        return certificate.clone();
    }

    AsymmetricKeyParameter privateKey() {
        return privateKey;
    }
}
