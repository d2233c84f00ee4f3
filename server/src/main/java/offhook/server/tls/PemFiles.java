package offhook.server.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** TLS certificates and keys from the PEM files that certificate authorities hand out. */
public final class PemFiles {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final char[] NO_PASSWORD = new char[0];

    private PemFiles() {}

    /**
     * What shows a certificate to the other side.
     *
     * @param section of the settings, for messages: {@code web} where {@code web.certificate} and {@code web.privateKey} are
     * @throws IllegalArgumentException with a sentence for the operator when a file cannot be used
     */
    public static KeyManager[] identity(String section, Path certificate, Path privateKey) {
        String certificateKey = section + ".certificate";
        String privateKeyKey = section + ".privateKey";
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry(
                    "own",
                    key(privateKeyKey, privateKey),
                    NO_PASSWORD,
                    certificates(certificateKey, certificate).toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            return keys.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    certificateKey + " (" + certificate + ") and " + privateKeyKey + " (" + privateKey
                            + ") do not fit together: " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A server's side of TLS with that identity.
     *
     * @throws IllegalArgumentException with a sentence for the operator when a file cannot be used
     */
    public static SSLContext context(String section, Path certificate, Path privateKey) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity(section, certificate, privateKey), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK speaks no TLS", e);
        }
    }

    /**
     * The certificates in a file, in order.
     *
     * @param setting that names the file, for messages
     * @return one at least
     * @throws IllegalArgumentException with a sentence for the operator when the file cannot be used
     */
    public static List<X509Certificate> certificates(String setting, Path file) {
        List<X509Certificate> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) one);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(setting + " (" + file + ") cannot be read: " + e, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    setting + " (" + file + ") is not a PEM certificate: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(setting + " (" + file + ") holds no certificate");
        }
        return found;
    }

    private static PrivateKey key(String setting, Path file) throws GeneralSecurityException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalArgumentException(setting + " (" + file + ") cannot be read: " + e, e);
        }
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            PrivateKey key = key(setting, file, block.group(1), block.group(2));
            if (key != null) {
                return key;
            }
        }
        throw new IllegalArgumentException(setting + " (" + file + ") holds no private key in PEM form");
    }

    private static @Nullable PrivateKey key(String setting, Path file, String kind, String base64)
            throws GeneralSecurityException {
        if (kind.equals("ENCRYPTED PRIVATE KEY")) {
            throw new IllegalArgumentException(
                    setting + " (" + file + ") is encrypted; decrypt it: openssl pkcs8 -in KEY -out PLAIN");
        }
        if (kind.equals("RSA PRIVATE KEY") || kind.equals("EC PRIVATE KEY")) {
            throw new IllegalArgumentException(setting + " (" + file
                    + ") has the older form; convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out PKCS8");
        }
        if (!kind.equals("PRIVATE KEY")) {
            return null;
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        for (String algorithm : new String[] {"EC", "RSA", "EdDSA"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException another) {
                // the next algorithm's
            }
        }
        throw new IllegalArgumentException(setting + " (" + file + ") is of a kind that is not supported");
    }
}
