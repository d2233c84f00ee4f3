package offhook.server.sip;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of a test's own, and the files that its certificates come in. */
final class Authority {
    private static final char[] NO_PASSWORD = new char[0];

    /** A certificate and its key, as files. */
    record Identity(Path certificate, Path privateKey, X509Certificate x509, KeyPair keys) {}

    private final Path folder;
    private final X500Name name;
    private final KeyPair keys = keys();
    private final X509Certificate own;
    private int number;

    Authority(Path folder, String name) {
        this.folder = folder;
        this.name = new X500Name("CN=" + name);
        own = certificate(this.name, keys, Duration.ofDays(1), null);
    }

    /** The authority's own certificate. */
    Path file() {
        return write(name.toString().substring(3) + ".pem", "CERTIFICATE", encoded(own));
    }

    /** @param names {@code DNS:pbx.example}, {@code IP:127.0.0.1} or {@code URI:sip:pbx.example}; none for none at all */
    Identity issue(String commonName, String... names) {
        return issue(Duration.ofDays(1), commonName, names);
    }

    /** One that has been good until yesterday. */
    Identity issueExpired(String commonName, String... names) {
        return issue(Duration.ofDays(-1), commonName, names);
    }

    private Identity issue(Duration life, String commonName, String... names) {
        GeneralName[] alternatives =
                Arrays.stream(names).map(Authority::alternative).toArray(GeneralName[]::new);
        KeyPair subject = keys();
        X509Certificate certificate = certificate(
                new X500Name("CN=" + commonName),
                subject,
                life,
                names.length == 0 ? null : new GeneralNames(alternatives));
        String file = name.toString().substring(3) + "-" + ++number;
        return new Identity(
                write(file + ".pem", "CERTIFICATE", encoded(certificate)),
                write(file + ".key", "PRIVATE KEY", subject.getPrivate().getEncoded()),
                certificate,
                subject);
    }

    private static GeneralName alternative(String text) {
        String value = text.substring(text.indexOf(':') + 1);
        return switch (text.substring(0, text.indexOf(':'))) {
            case "DNS" -> new GeneralName(GeneralName.dNSName, value);
            case "IP" -> new GeneralName(GeneralName.iPAddress, value);
            default -> new GeneralName(GeneralName.uniformResourceIdentifier, value);
        };
    }

    private X509Certificate certificate(X500Name subject, KeyPair pair, Duration life, GeneralNames alternatives) {
        try {
            Instant now = Instant.now();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(System.nanoTime()),
                    Date.from(now.minus(Duration.ofDays(2))),
                    Date.from(now.plus(life)),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(subject.equals(name)));
            if (alternatives != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternatives);
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path write(String file, String kind, byte[] bytes) {
        try {
            String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
            return Files.writeString(
                    folder.resolve(file), "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The TLS of a peer that has this identity, or none, and trusts this authority. */
    SSLContext peer(Identity identity) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        if (identity != null) {
            store.setKeyEntry(
                    "peer", identity.keys().getPrivate(), NO_PASSWORD, new X509Certificate[] {identity.x509()});
        }
        managers.init(store, NO_PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, NO_PASSWORD);
        try (InputStream in = Files.newInputStream(file())) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
