package offhook.server.sip;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * SIP over TLS.
 *
 * @param local where to listen, port 0 for any; null not to. It takes a certificate
 * @param certificate PEM file with our certificate and its chain, for those who connect to us and for servers that ask for
 *     one; null for none
 * @param privateKey PEM file with its key; null exactly when there is no certificate
 * @param trust PEM file with the authorities that we believe; null for those of the JDK
 * @param verify whether servers must prove who they are
 * @param clientCertificates whether those who connect to us must show a certificate of an authority that we believe
 */
public record SipTlsSettings(
        @Nullable InetSocketAddress local,
        @Nullable Path certificate,
        @Nullable Path privateKey,
        @Nullable Path trust,
        boolean verify,
        boolean clientCertificates) {
    /** Connections to servers only, which the JDK's authorities must vouch for. */
    public static final SipTlsSettings STANDARD = new SipTlsSettings(null, null, null, null, true, false);
}
