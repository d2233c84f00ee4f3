package offhook.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A certificate for one address that signs itself, made by the JDK's own keytool.
 *
 * @param certificate a PEM file, which is also what a client trusts it by
 * @param privateKey a PEM file (PKCS #8)
 */
public record ServerCertificate(Path certificate, Path privateKey) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ALIAS = "server";
    private static final String PASSWORD = "only-for-this-test";

    static ServerCertificate make(Path folder, String address) {
        Path store = folder.resolve("certificate.p12");
        Program keytool = Program.start(
                "keytool",
                folder,
                Map.of(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + address,
                        "-ext",
                        "san=ip:" + address,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD));
        if (keytool.awaitExit(PATIENCE) != 0) throw new AssertionError("keytool failed" + keytool.told());
        try {
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            Path certificate = folder.resolve("certificate.pem");
            Path privateKey = folder.resolve("key.pem");
            Files.writeString(
                    certificate, pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
            Files.writeString(
                    privateKey,
                    pem(
                            "PRIVATE KEY",
                            keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
            return new ServerCertificate(certificate, privateKey);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pem(String what, byte[] bytes) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }
}
