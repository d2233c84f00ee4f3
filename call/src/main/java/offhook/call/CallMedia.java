package offhook.call;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import offhook.call.bridge.KeyEar;
import offhook.call.bridge.KeyPlayer;
import offhook.call.bridge.MediaPath;
import offhook.call.bridge.PathCounts;
import offhook.call.leg.BrowserLeg;
import offhook.call.leg.DropCounts;
import offhook.call.leg.RtpPorts;
import offhook.call.leg.SipLeg;
import offhook.call.offer.BrowserDescription;
import offhook.call.offer.BrowserSide;
import offhook.call.offer.CodecPlan;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.SdesKey;
import offhook.call.offer.SipDescription;
import offhook.call.offer.SipSide;
import offhook.media.dtls.DtlsAssociation;
import offhook.media.sdp.Direction;
import org.jspecify.annotations.Nullable;

/**
 * The media of one call: the two legs and, between them, one path each way.
 *
 * <pre>
 *   browser ── BrowserLeg ──► MediaPath ──► SipLeg ── SIP peer
 *           ── BrowserLeg ◄── MediaPath ◄── SipLeg ──
 * </pre>
 *
 * Not thread-safe: one owner.
 */
public final class CallMedia implements RtpPorts.Receiver {
    /**
     * What the media of all calls of a loop share.
     *
     * @param candidates where browsers reach the loop's media port
     * @param rtpAddress the address that SIP peers are told to send media to
     * @param encryption of the SIP peers' side
     * @param sipDrops counts what falls by the way on the SIP peers' side
     * @param toSip counts what goes from browsers to SIP peers
     * @param toBrowser counts what goes the other way
     */
    public record Settings(
            BrowserLeg.Settings browser,
            List<InetSocketAddress> candidates,
            InetAddress rtpAddress,
            MediaEncryption encryption,
            DropCounts sipDrops,
            PathCounts toSip,
            PathCounts toBrowser) {
        /**
         * The same with what one call has of its own.
         *
         * @param ourRtpAddress of the SIP peer's family
         */
        public Settings with(DtlsAssociation.Worker worker, InetAddress ourRtpAddress, MediaEncryption ourEncryption) {
            return new Settings(
                    browser.with(worker), candidates, ourRtpAddress, ourEncryption, sipDrops, toSip, toBrowser);
        }
    }

    private final Settings settings;
    private final int browserSsrc;
    private final String cname;
    private final long sessionId;
    private final BrowserLeg browser;
    private final SipLeg sip;
    private final MediaPath toSip;
    private final MediaPath toBrowser;
    private final KeyPlayer keyPlayer;
    private boolean peerSends;
    private boolean peerReceives;
    private boolean held;
    private @Nullable CodecPlan plan;

    /** @param ports open ports; closed with the media */
    CallMedia(Settings settings, RtpPorts.Pair ports, RandomGenerator random, BrowserLeg.Outbox outbox) {
        this.settings = settings;
        this.browserSsrc = random.nextInt();
        int sipSsrc = random.nextInt();
        // 96 random bits, as RFC 7022 section 5 asks for.
        this.cname = "%016x%08x".formatted(random.nextLong(), random.nextInt());
        this.sessionId = random.nextLong() >>> 2;
        // The paths are made between the legs: each hands what it rewrote straight to the other side.
        this.toSip = new MediaPath(sipSsrc, random, settings.toSip(), this::toSipLeg);
        this.toBrowser = new MediaPath(browserSsrc, random, settings.toBrowser(), this::toBrowserLeg);
        this.keyPlayer = new KeyPlayer(toSip);
        this.browser = new BrowserLeg(settings.browser(), browserSsrc, cname, random, toSip, outbox);
        this.sip = new SipLeg(
                ports,
                sipSsrc,
                cname,
                settings.browser().epochMillisAtNanosZero(),
                random,
                settings.sipDrops(),
                toBrowser);
        ports.listen(this);
    }

    /** The browser's side. */
    public BrowserLeg browser() {
        return browser;
    }

    /** The SIP peer's side. */
    public SipLeg sip() {
        return sip;
    }

    /** What was agreed, once it was. */
    public @Nullable CodecPlan plan() {
        return plan;
    }

    /** Our side of the browser's leg, for a description. */
    BrowserSide browserSide() {
        return new BrowserSide(
                browser.localIce(),
                settings.browser().identity().fingerprint(),
                settings.candidates(),
                sessionId,
                browserSsrc,
                cname);
    }

    /** What is wanted on the SIP side. */
    MediaEncryption encryption() {
        return settings.encryption();
    }

    /** Our side of the SIP leg, for a description of this version of a session, with these keys. */
    SipSide sipSide(long sipSessionId, int version, List<SdesKey> keys) {
        return new SipSide(
                settings.rtpAddress(),
                sip.ports().rtpPort(),
                sip.ports().rtcpPort(),
                sipSessionId,
                version,
                settings.encryption(),
                keys);
    }

    void describeBrowser(BrowserDescription description, long nowNanos) {
        browser.describe(description, nowNanos);
    }

    /** @param ours our key beside that of the peer; null where media goes in the clear */
    void describeSip(SipDescription description, @Nullable SdesKey ours, long nowNanos) {
        description.key().ifPresentOrElse(theirs -> sip.secure(Objects.requireNonNull(ours), theirs), sip::unsecured);
        sip.describe(description, nowNanos);
        peerReceives = description.direction().receives();
        openPaths();
        // A peer that holds may play music, but most send nothing: its silence means nothing.
        peerSends = description.direction() == Direction.SENDRECV;
    }

    /** While we hold the call neither side hears the other; both legs stay up, and RTCP goes on. */
    void hold(boolean on) {
        held = on;
        openPaths();
    }

    private void openPaths() {
        toSip.open(peerReceives && !held);
        toBrowser.open(!held);
    }

    /** Whoever is heard next at the SIP side is the peer: several were heard before, and one of them has answered. */
    void listenAnew() {
        sip.listenAnew();
    }

    /** Whether the peer must be heard from: it takes part and does not hold the call. */
    boolean peerSends() {
        return peerSends;
    }

    /** Whether sound of ours reaches the peer: it is agreed on, and the peer wants to hear. */
    boolean reachesPeer() {
        return toSip.isOpen();
    }

    /** Presses keys in what the peer hears. */
    KeyPlayer keyPlayer() {
        return keyPlayer;
    }

    /** Who listens for keys in what the two sides send. */
    void ears(KeyEar peer, KeyEar browser) {
        toBrowser.ear(peer);
        toSip.ear(browser);
    }

    /** Both sides' codecs are known: from here on packets pass. */
    void agree(CodecPlan agreed) {
        plan = agreed;
        int clockRate = agreed.sipAudio().clockRate();
        toSip.plan(agreed.browserToSip(), clockRate);
        toBrowser.plan(agreed.sipToBrowser(), clockRate);
        sip.plan(agreed.sipToBrowser(), clockRate);
        browser.clockRate(clockRate);
    }

    @Override
    public void onRtp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        sip.onRtpDatagram(from, bytes, offset, length, nowNanos);
    }

    @Override
    public void onRtcp(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        sip.onRtcpDatagram(from, bytes, offset, length, nowNanos);
    }

    long deadlineNanos() {
        return Math.min(browser.deadlineNanos(), sip.deadlineNanos());
    }

    void onDeadline(long nowNanos) {
        browser.onDeadline(nowNanos);
        sip.onDeadline(nowNanos);
    }

    /** @param talkNanos from the answer to now */
    CallSummary summary(long talkNanos) {
        CodecPlan agreed = plan;
        return new CallSummary(
                talkNanos,
                agreed == null ? "" : agreed.browserAudio().codec().encodingName(),
                toSip.relayed(),
                toBrowser.relayed());
    }

    void close(long nowNanos) {
        browser.close(nowNanos);
        sip.close(nowNanos);
    }

    private void toSipLeg(byte[] bytes, int offset, int length, long nowNanos) {
        sip.onRtp(bytes, offset, length, nowNanos);
    }

    private void toBrowserLeg(byte[] bytes, int offset, int length, long nowNanos) {
        browser.onRtp(bytes, offset, length, nowNanos);
    }
}
