package offhook.media.dtls;

import java.io.IOException;
import java.util.Arrays;
import java.util.Hashtable;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.jspecify.annotations.Nullable;

/** Bouncy Castle's view of a {@link Negotiation} whose server we are. */
@SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's signatures
final class ServerPeer extends DefaultTlsServer {
    private final Negotiation negotiation;
    private @Nullable UseSRTPData srtpOffer;

    ServerPeer(Negotiation negotiation) {
        super(negotiation.crypto());
        this.negotiation = negotiation;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return Negotiation.CIPHER_SUITES.clone();
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
        return negotiation.credentials(context);
    }

    /** The client's favourite among our groups; Bouncy Castle would take any that it knows. */
    @Override
    protected int selectECDH(int minimumCurveBits) {
        int[] offered = context.getSecurityParametersHandshake().getClientSupportedGroups();
        if (offered == null) {
            return NamedGroup.secp256r1;
        }
        return Arrays.stream(offered)
                .filter(group -> Arrays.stream(Negotiation.GROUPS).anyMatch(ours -> ours == group))
                .findFirst()
                .orElse(-1);
    }

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true;
    }

    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false; // the fingerprint vouches for the certificate, not its signature
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return BouncyCastleDriver.RESEND_AT_EVERY_FRUITLESS_WAIT;
    }

    @Override
    public void processClientExtensions(Hashtable extensions) throws IOException {
        super.processClientExtensions(extensions);
        maxFragmentLengthOffered = -1; // not taken up: messages come to Bouncy Castle whole, in one record
        srtpOffer = TlsSRTPUtils.getUseSRTPExtension(extensions);
    }

    @Override
    public Hashtable getServerExtensions() throws IOException {
        Hashtable extensions = TlsExtensionsUtils.ensureExtensionsInitialised(super.getServerExtensions());
        TlsSRTPUtils.addUseSRTPExtension(extensions, negotiation.answer(srtpOffer));
        return extensions;
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        return Negotiation.certificateRequest();
    }

    @Override
    public void notifyClientCertificate(Certificate chain) throws IOException {
        negotiation.verify(chain);
    }

    @Override
    public void notifyAlertReceived(short level, short description) {
        negotiation.onAlert(description);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        negotiation.exportKeys(context);
    }
}
