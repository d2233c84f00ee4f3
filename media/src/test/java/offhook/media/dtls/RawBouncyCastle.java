package offhook.media.dtls;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSVerifier;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** Bouncy Castle as it comes, on a thread and by the clock, with nothing of ours around it: a foreign peer. */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's signatures
final class RawBouncyCastle implements DatagramTransport {
    final BlockingQueue<byte[]> toPeer = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> fromPeer = new LinkedBlockingQueue<>();
    private final BcTlsCrypto crypto;
    private final DtlsIdentity identity;
    private final Thread thread;
    private volatile byte[] keyingMaterial = new byte[0];
    private volatile boolean extendedMasterSecret = true;
    private volatile String end = "";

    private interface Handshake {
        void run() throws IOException;
    }

    private RawBouncyCastle(DtlsIdentity identity, boolean client, boolean cookies) {
        this.identity = identity;
        this.crypto = new BcTlsCrypto(new SecureRandom());
        Handshake handshake = client
                ? () -> new DTLSClientProtocol().connect(new Client(), this)
                : cookies ? this::acceptWithCookies : () -> new DTLSServerProtocol().accept(new Server(), this);
        this.thread = Thread.ofVirtual().unstarted(() -> {
            try {
                handshake.run();
                end = "connected";
            } catch (IOException failed) {
                end = String.valueOf(failed.getMessage());
            }
        });
    }

    static RawBouncyCastle client(DtlsIdentity identity) {
        return new RawBouncyCastle(identity, true, false);
    }

    static RawBouncyCastle server(DtlsIdentity identity) {
        return new RawBouncyCastle(identity, false, false);
    }

    static RawBouncyCastle serverWithCookies(DtlsIdentity identity) {
        return new RawBouncyCastle(identity, false, true);
    }

    RawBouncyCastle withoutExtendedMasterSecret() {
        extendedMasterSecret = false;
        return this;
    }

    /** Shakes hands with one of our associations, for at most ten seconds. */
    void shakeHandsWith(DtlsAssociation ours, TestEndpoint endpoint) throws InterruptedException {
        thread.start();
        long begin = System.nanoTime();
        ours.start(0);
        long now = 0;
        while (now < 10_000_000_000L && !(endpoint.done() && !thread.isAlive())) {
            byte[] sent;
            while ((sent = endpoint.sent.poll()) != null) {
                fromPeer.add(sent);
            }
            byte[] received = toPeer.poll(5, TimeUnit.MILLISECONDS);
            now = System.nanoTime() - begin;
            if (received != null) {
                ours.onDatagram(received, 0, received.length, now);
            }
            ours.onDeadline(now);
        }
    }

    String end() {
        return end;
    }

    byte[] keyingMaterial() {
        return keyingMaterial;
    }

    private void acceptWithCookies() throws IOException {
        var verifier = new DTLSVerifier(crypto);
        DTLSRequest request = null;
        byte[] buffer = new byte[2_000];
        while (request == null) {
            int length = receive(buffer, 0, buffer.length, 10_000);
            request = length < 0 ? null : verifier.verifyRequest(new byte[] {1}, buffer, 0, length, this);
        }
        new DTLSServerProtocol().accept(new Server(), this, request);
    }

    @Override
    public int getReceiveLimit() {
        return 1_500;
    }

    @Override
    public int getSendLimit() {
        return 400;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        try {
            byte[] datagram = fromPeer.poll(waitMillis == 0 ? 10_000 : waitMillis, TimeUnit.MILLISECONDS);
            if (datagram == null) {
                return -1;
            }
            System.arraycopy(datagram, 0, buffer, offset, datagram.length);
            return datagram.length;
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        toPeer.add(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    @Override
    public void close() {
        // The test ends.
    }

    private TlsCredentialedSigner signer(TlsContext context) throws IOException {
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto,
                identity.privateKey(),
                new Certificate(new TlsCertificate[] {crypto.createCertificate(identity.certificate())}),
                SignatureScheme.getSignatureAndHashAlgorithm(SignatureScheme.ecdsa_secp256r1_sha256));
    }

    private static UseSRTPData profiles() {
        return new UseSRTPData(new int[] {SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80}, new byte[0]);
    }

    private void export(TlsContext context) {
        keyingMaterial = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, 60);
    }

    private final class Client extends DefaultTlsClient {
        Client() {
            super(RawBouncyCastle.this.crypto);
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        public boolean shouldUseExtendedMasterSecret() {
            return extendedMasterSecret;
        }

        @Override
        public Hashtable getClientExtensions() throws IOException {
            Hashtable extensions = TlsExtensionsUtils.ensureExtensionsInitialised(super.getClientExtensions());
            TlsSRTPUtils.addUseSRTPExtension(extensions, profiles());
            return extensions;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate server) {
                    // Anybody will do.
                }

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                    return signer(context);
                }
            };
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            export(context);
        }
    }

    private final class Server extends DefaultTlsServer {
        Server() {
            super(RawBouncyCastle.this.crypto);
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
        }

        @Override
        protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
            return signer(context);
        }

        @Override
        public CertificateRequest getCertificateRequest() {
            return Negotiation.certificateRequest();
        }

        @Override
        public void notifyClientCertificate(Certificate certificate) {
            // Anybody will do.
        }

        @Override
        public Hashtable getServerExtensions() throws IOException {
            Hashtable extensions = TlsExtensionsUtils.ensureExtensionsInitialised(super.getServerExtensions());
            TlsSRTPUtils.addUseSRTPExtension(extensions, profiles());
            return extensions;
        }

        @Override
        public void notifyHandshakeComplete() throws IOException {
            super.notifyHandshakeComplete();
            export(context);
        }
    }
}
