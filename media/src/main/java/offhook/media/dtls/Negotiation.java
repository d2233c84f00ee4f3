package offhook.media.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Vector;
import offhook.media.dtls.DtlsFailure.Reason;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.jspecify.annotations.Nullable;

/** What a client and a server of DTLS-SRTP have in common: what they offer, whom they trust, and the keys they export. */
final class Negotiation {
    /** As a client, when the peer's certificate is RSA, the two last count; our own is ECDSA. */
    static final int[] CIPHER_SUITES = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    };

    static final int[] GROUPS = {NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1};

    private static final int[] SIGNATURES = {
        SignatureScheme.ecdsa_secp256r1_sha256,
        SignatureScheme.ecdsa_secp384r1_sha384,
        SignatureScheme.rsa_pss_rsae_sha256,
        SignatureScheme.rsa_pkcs1_sha256,
        SignatureScheme.rsa_pkcs1_sha384,
    };

    /** Longer RSA keys only serve to keep us busy. */
    private static final int RSA_BITS_LIMIT = 4_096;

    private static final int RSA_EXPONENT_BITS_LIMIT = 32;

    private final DtlsIdentity identity;
    private final DtlsRole role;
    private final List<Fingerprint> expected;
    private final List<SrtpProfileId> profiles;
    private final DtlsCrypto crypto;
    private @Nullable SrtpProfileId profile;
    private @Nullable SrtpKeys keys;
    private @Nullable DtlsFailure failure;
    private boolean closedByPeer;

    Negotiation(
            DtlsIdentity identity,
            DtlsRole role,
            List<Fingerprint> expected,
            List<SrtpProfileId> profiles,
            SecureRandom random) {
        this.identity = identity;
        this.role = role;
        this.expected = expected;
        this.profiles = profiles;
        this.crypto = new DtlsCrypto(random);
    }

    DtlsCrypto crypto() {
        return crypto;
    }

    /** The keys, once {@link #exportKeys} was called. */
    @Nullable
    SrtpKeys keys() {
        return keys;
    }

    /** Why we broke off, when it was we. */
    @Nullable
    DtlsFailure failure() {
        return failure;
    }

    /** Whether the peer said close_notify. */
    boolean closedByPeer() {
        return closedByPeer;
    }

    void onAlert(short description) {
        closedByPeer |= description == AlertDescription.close_notify;
    }

    /** Our certificate and its key, for the signature of this handshake. */
    TlsCredentialedSigner credentials(TlsContext context) throws IOException {
        var chain = new Certificate(new TlsCertificate[] {crypto.createCertificate(identity.certificate())});
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto,
                identity.privateKey(),
                chain,
                SignatureScheme.getSignatureAndHashAlgorithm(SignatureScheme.ecdsa_secp256r1_sha256));
    }

    @SuppressWarnings("JdkObsolete") // Bouncy Castle's signatures
    static Vector<SignatureAndHashAlgorithm> signatureAlgorithms() {
        var algorithms = new Vector<SignatureAndHashAlgorithm>();
        for (int scheme : SIGNATURES) {
            algorithms.add(SignatureScheme.getSignatureAndHashAlgorithm(scheme));
        }
        return algorithms;
    }

    /** A server of WebRTC always wants to see the client's certificate (RFC 8827 section 6.5). */
    static CertificateRequest certificateRequest() {
        return new CertificateRequest(
                new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
                signatureAlgorithms(),
                null);
    }

    /** The peer is who its session description says, or the handshake ends here. */
    void verify(@Nullable Certificate chain) throws IOException {
        if (chain == null || chain.isEmpty()) {
            throw fail(Reason.FINGERPRINT, "the peer showed no certificate", AlertDescription.bad_certificate);
        }
        byte[] certificate = chain.getCertificateAt(0).getEncoded();
        if (expected.stream().noneMatch(fingerprint -> fingerprint.matches(certificate))) {
            throw fail(
                    Reason.FINGERPRINT,
                    "the peer's certificate has " + Fingerprint.sha256(certificate)
                            + ", its session description announced " + expected,
                    AlertDescription.bad_certificate);
        }
        refuseCostlyKey(certificate);
    }

    private void refuseCostlyKey(byte[] certificate) throws IOException {
        SubjectPublicKeyInfo key =
                org.bouncycastle.asn1.x509.Certificate.getInstance(certificate).getSubjectPublicKeyInfo();
        if (key.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            RSAPublicKey rsa = RSAPublicKey.getInstance(key.parsePublicKey());
            if (rsa.getModulus().bitLength() > RSA_BITS_LIMIT
                    || rsa.getPublicExponent().bitLength() > RSA_EXPONENT_BITS_LIMIT) {
                throw fail(
                        Reason.PROTOCOL,
                        "the peer's RSA key is longer than " + RSA_BITS_LIMIT + " bits",
                        AlertDescription.unsupported_certificate);
            }
        }
    }

    /** As a client: all that we speak, the best first (RFC 5764 section 4.1). */
    UseSRTPData offer() {
        return new UseSRTPData(profiles.stream().mapToInt(SrtpProfileId::dtlsId).toArray(), TlsUtils.EMPTY_BYTES);
    }

    /** As a server: the first of ours that the client offers too. */
    UseSRTPData answer(@Nullable UseSRTPData offer) throws IOException {
        for (SrtpProfileId candidate : profiles) {
            if (offer != null
                    && Arrays.stream(offer.getProtectionProfiles()).anyMatch(id -> id == candidate.dtlsId())) {
                profile = candidate;
                return new UseSRTPData(new int[] {candidate.dtlsId()}, TlsUtils.EMPTY_BYTES);
            }
        }
        throw noProfile(offer == null ? "the peer offers no SRTP at all" : "the peer offers other SRTP profiles only");
    }

    /** As a client: what the server chose must be one of ours, and without a master key identifier. */
    void accept(@Nullable UseSRTPData answer) throws IOException {
        if (answer == null) {
            throw noProfile("the peer chose no SRTP profile");
        }
        int[] chosen = answer.getProtectionProfiles();
        profile = chosen.length == 1
                ? SrtpProfileId.ofDtlsId(chosen[0]).filter(profiles::contains).orElse(null)
                : null;
        if (profile == null) {
            throw noProfile("the peer chose an SRTP profile that was not offered");
        }
        if (answer.getMki().length > 0) {
            throw fail(Reason.PROTOCOL, "the peer chose a master key identifier", AlertDescription.illegal_parameter);
        }
    }

    private TlsFatalAlert noProfile(String detail) {
        return fail(Reason.NO_SRTP_PROFILE, detail, AlertDescription.handshake_failure);
    }

    private TlsFatalAlert fail(Reason reason, String detail, short alert) {
        failure = new DtlsFailure(reason, detail);
        return new TlsFatalAlert(alert);
    }

    /**
     * Takes the SRTP keys from the finished handshake (RFC 5764 section 4.2): client key, server key, client salt, server
     * salt.
     */
    void exportKeys(TlsContext context) throws IOException {
        SrtpProfileId agreed = profile;
        if (agreed == null) {
            throw noProfile("the peer chose no SRTP profile");
        }
        int keyLength = agreed.keyLength();
        int saltLength = agreed.saltLength();
        byte[] material = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, 2 * (keyLength + saltLength));
        byte[] clientKey = Arrays.copyOfRange(material, 0, keyLength);
        byte[] serverKey = Arrays.copyOfRange(material, keyLength, 2 * keyLength);
        byte[] clientSalt = Arrays.copyOfRange(material, 2 * keyLength, 2 * keyLength + saltLength);
        byte[] serverSalt = Arrays.copyOfRange(material, 2 * keyLength + saltLength, material.length);
        keys = switch (role) {
            case CLIENT -> new SrtpKeys(agreed, clientKey, clientSalt, serverKey, serverSalt);
            case SERVER -> new SrtpKeys(agreed, serverKey, serverSalt, clientKey, clientSalt);
        };
    }
}
