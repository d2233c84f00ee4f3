package offhook.server.sip;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import offhook.server.tls.PemFiles;
import org.jspecify.annotations.Nullable;

/**
 * Makes a connection one of SIP over TLS (RFC 3261 section 26.2.1), and says in plain words why it cannot. A server must
 * show a certificate of an authority that we believe, made out to the very domain that was asked for (RFC 5922). Any
 * thread; handshakes block.
 */
final class SipTls {
    /** Version 1.2 is what many a PBX stops at; what is older is broken (RFC 8996). */
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext towardsServers;
    private final SSLContext towardsClients;
    private final boolean verify;
    private final boolean clientCertificates;

    /** @throws IllegalArgumentException with a sentence for the operator when a file cannot be used */
    SipTls(SipTlsSettings settings) {
        verify = settings.verify();
        clientCertificates = settings.clientCertificates();
        Path certificate = settings.certificate();
        Path privateKey = settings.privateKey();
        KeyManager[] identity = certificate == null || privateKey == null
                ? new KeyManager[0]
                : PemFiles.identity("sip.tls", certificate, privateKey);
        try {
            X509ExtendedTrustManager authorities = authorities(settings.trust());
            towardsServers = context(identity, new Explaining(authorities, verify));
            towardsClients = context(identity, authorities);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("sip.tls: " + e.getMessage(), e);
        }
    }

    private static SSLContext context(KeyManager[] identity, TrustManager trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity, new TrustManager[] {trust}, null);
        return context;
    }

    private static X509ExtendedTrustManager authorities(@Nullable Path file)
            throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        KeyStore store = null;
        if (file != null) {
            store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (X509Certificate authority : PemFiles.certificates("sip.tls.trust", file)) {
                store.setCertificateEntry("authority-" + number++, authority);
            }
        }
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager authorities) {
                return authorities;
            }
        }
        throw new IllegalStateException("the JDK checks no X.509 certificates");
    }

    /**
     * The client's side.
     *
     * @param connected stays the caller's: closing it ends everything
     * @param domain whom the server's certificate must be made out to
     * @throws IOException with the reason in plain words
     */
    SSLSocket connect(Socket connected, String domain) throws IOException {
        SSLSocket socket = (SSLSocket)
                towardsServers.getSocketFactory().createSocket(connected, domain, connected.getPort(), true);
        socket.setUseClientMode(true);
        socket.setEnabledProtocols(VERSIONS);
        try {
            socket.startHandshake();
            if (verify) {
                X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                CertificateNames names = new CertificateNames(shown);
                if (!names.include(domain)) {
                    throw new IOException(
                            "the certificate of " + domain + " is made out to " + names + " and not to " + domain);
                }
            }
        } catch (SSLException e) {
            throw new IOException(why(domain, e), e);
        }
        return socket;
    }

    /**
     * The server's side.
     *
     * @param accepted stays the caller's: closing it ends everything
     * @throws IOException with the reason in plain words
     */
    SSLSocket accept(Socket accepted) throws IOException {
        SSLSocket socket = (SSLSocket) towardsClients.getSocketFactory().createSocket(accepted, null, true);
        socket.setUseClientMode(false);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setNeedClientAuth(clientCertificates);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (SSLException e) {
            throw new IOException("no TLS with " + accepted.getRemoteSocketAddress() + ": " + e.getMessage(), e);
        }
        return socket;
    }

    /** Why TLS ended, in plain words. */
    static String why(String peer, SSLException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Untrusted untrusted) {
                return "the certificate of " + peer + " " + untrusted.getMessage();
            }
        }
        String message = String.valueOf(thrown.getMessage());
        if (message.contains("certificate_required") || message.contains("bad_certificate")) {
            return peer + " wants a certificate of ours that it knows (sip.tls.certificate)";
        }
        if (message.contains("Unsupported or unrecognized")) {
            return peer + " does not speak TLS on this port";
        }
        return "TLS with " + peer + " failed (" + message + ")";
    }

    /** What is wrong with a certificate; the message goes on behind "the certificate of pbx.example". */
    private static final class Untrusted extends CertificateException {
        private static final long serialVersionUID = 1;

        Untrusted(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Asks the authorities about servers, unless nobody is to be asked, and puts their no in plain words. */
    private static final class Explaining extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager authorities;
        private final boolean verify;

        Explaining(X509ExtendedTrustManager authorities, boolean verify) {
            this.authorities = authorities;
            this.verify = verify;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            if (!verify) {
                return;
            }
            try {
                authorities.checkServerTrusted(chain, authType, socket);
            } catch (CertificateException e) {
                throw explained(chain[0], e);
            }
        }

        private static Untrusted explained(X509Certificate certificate, CertificateException no) {
            for (Throwable cause = no; cause != null; cause = cause.getCause()) {
                if (cause instanceof CertificateExpiredException) {
                    return new Untrusted("has expired, or one that vouches for it has", no);
                }
                if (cause instanceof CertificateNotYetValidException) {
                    return new Untrusted("is not valid yet; is the clock of this machine right?", no);
                }
            }
            boolean ownIssuer = certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
            return new Untrusted(
                    ownIssuer
                            ? "is not trusted: nobody but itself vouches for it. sip.tls.trust may name a file with it"
                            : "is not trusted: no authority that we believe issued it. sip.tls.trust may name a file with"
                                    + " its authority",
                    no);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("only sockets are used here");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("only sockets are used here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("only servers are checked here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("only servers are checked here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("only servers are checked here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return authorities.getAcceptedIssuers();
        }
    }
}
