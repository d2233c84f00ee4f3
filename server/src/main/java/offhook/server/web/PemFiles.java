package offhook.server.web;

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
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A TLS certificate and its key from the two PEM files that certificate authorities hand out. */
final class PemFiles {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
    private static final char[] NO_PASSWORD = new char[0];

    private PemFiles() {}

    /** @throws IllegalArgumentException with a sentence for the operator when a file cannot be used */
    static SSLContext context(Path certificate, Path privateKey) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("web", key(privateKey), NO_PASSWORD, chain(certificate));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "web.certificate (" + certificate + ") and web.privateKey (" + privateKey
                            + ") do not fit together: " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Certificate[] chain(Path file) throws GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(Certificate[]::new);
            if (chain.length > 0) {
                return chain;
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("web.certificate (" + file + ") cannot be read: " + e, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "web.certificate (" + file + ") is not a PEM certificate: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("web.certificate (" + file + ") holds no certificate");
    }

    private static PrivateKey key(Path file) throws GeneralSecurityException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalArgumentException("web.privateKey (" + file + ") cannot be read: " + e, e);
        }
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            PrivateKey key = key(file, block.group(1), block.group(2));
            if (key != null) {
                return key;
            }
        }
        throw new IllegalArgumentException("web.privateKey (" + file + ") holds no private key in PEM form");
    }

    private static @Nullable PrivateKey key(Path file, String kind, String base64) throws GeneralSecurityException {
        if (kind.equals("ENCRYPTED PRIVATE KEY")) {
            throw new IllegalArgumentException(
                    "web.privateKey (" + file + ") is encrypted; decrypt it: openssl pkcs8 -in KEY -out PLAIN");
        }
        if (kind.equals("RSA PRIVATE KEY") || kind.equals("EC PRIVATE KEY")) {
            throw new IllegalArgumentException("web.privateKey (" + file
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
        throw new IllegalArgumentException("web.privateKey (" + file + ") is of a kind that is not supported");
    }
}
