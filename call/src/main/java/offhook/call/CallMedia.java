package offhook.call;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import offhook.call.bridge.MediaPath;
import offhook.call.bridge.PathCounts;
import offhook.call.leg.BrowserLeg;
import offhook.call.leg.DropCounts;
import offhook.call.leg.RtpPorts;
import offhook.call.leg.SipLeg;
import offhook.call.offer.AudioFormat;
import offhook.call.offer.BrowserDescription;
import offhook.call.offer.BrowserSide;
import offhook.call.offer.CodecPlan;
import offhook.call.offer.MediaEncryption;
import offhook.call.offer.OfferRejected;
import offhook.call.offer.SdesKey;
import offhook.call.offer.SipDescription;
import offhook.call.offer.SipSdp;
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
        /** The same with one call's own worker and encryption. */
        public Settings with(DtlsAssociation.Worker worker, MediaEncryption other) {
            return new Settings(browser.with(worker), candidates, rtpAddress, other, sipDrops, toSip, toBrowser);
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
    private final Keyring keyring;
    private int sipVersion;
    /** Our side as the peer's next answer will refer to it. */
    private @Nullable SipSide offered;
    /** The peer's latest description. */
    private @Nullable SipDescription peer;

    private boolean peerSends;
    private @Nullable CodecPlan plan;

    /** @param ports open ports; closed with the media */
    CallMedia(Settings settings, RtpPorts.Pair ports, RandomGenerator random, BrowserLeg.Outbox outbox) {
        this.settings = settings;
        this.browserSsrc = random.nextInt();
        int sipSsrc = random.nextInt();
        // 96 random bits, as RFC 7022 section 5 asks for.
        this.cname = "%016x%08x".formatted(random.nextLong(), random.nextInt());
        this.sessionId = random.nextLong() >>> 2;
        this.keyring = new Keyring(random);
        // The paths are made between the legs: each hands what it rewrote straight to the other side.
        this.toSip = new MediaPath(sipSsrc, random, settings.toSip(), this::toSipLeg);
        this.toBrowser = new MediaPath(browserSsrc, random, settings.toBrowser(), this::toBrowserLeg);
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

    /** Whether the SIP peer is offered nothing but encrypted media. */
    boolean insistsOnEncryption() {
        return settings.encryption() == MediaEncryption.MANDATORY;
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

    /** Our offer to the SIP peer, with these formats in this order: the first one, or one within the call. */
    String sipOffer(List<AudioFormat> formats, Direction direction) {
        SipDescription current = peer;
        if (current == null) {
            boolean encrypts = settings.encryption() != MediaEncryption.OFF;
            SipSide ours = sipSide(encrypts ? keyring.offered() : List.of());
            offered = ours;
            return SipSdp.offer(ours, formats, direction);
        }
        keyring.retireAllBut(current.key());
        SipSide ours = sipSide(keyBeside(current));
        offered = ours;
        return SipSdp.offer(current, ours, formats, direction);
    }

    /**
     * The peer's answer to the latest {@link #sipOffer}.
     *
     * @throws OfferRejected when it cannot be used
     */
    SipDescription readSipAnswer(String sdp) {
        SipSide ours = offered;
        if (ours == null) {
            throw new IllegalStateException("nothing was offered to the peer");
        }
        return SipSdp.readAnswer(sdp, ours);
    }

    /**
     * The peer's offer.
     *
     * @throws OfferRejected when it cannot be used
     */
    SipDescription readSipOffer(String sdp) {
        return SipSdp.readOffer(sdp, settings.encryption());
    }

    /** Our answer to the SIP peer's offer ({@link SipSdp#answer}). */
    String sipAnswer(SipDescription offer, List<AudioFormat> formats, Direction direction) {
        SipDescription current = peer;
        if (current != null) {
            keyring.retireAllBut(current.key());
            if (keyChanges(current, offer)) {
                renewSipKeys();
            }
        }
        return SipSdp.answer(offer, sipSide(keyBeside(offer)), formats, direction);
    }

    /**
     * Our next description has new keys for the SIP peer, as behind the same dialog there may be another device from now
     * on: it cannot know how often our sequence numbers rolled over under the old ones (RFC 3711 section 3.3.1).
     */
    void renewSipKeys() {
        keyring.renew();
    }

    private static boolean keyChanges(SipDescription from, SipDescription to) {
        return from.key().isPresent()
                && to.key().isPresent()
                && !from.key().get().same(to.key().get());
    }

    private List<SdesKey> keyBeside(SipDescription theirs) {
        return theirs.key().stream().map(keyring::beside).toList();
    }

    /** Our side of the SIP leg, for a description; each has a higher version than the one before (RFC 3264 section 8). */
    private SipSide sipSide(List<SdesKey> keys) {
        sipVersion++;
        return new SipSide(
                settings.rtpAddress(),
                sip.ports().rtpPort(),
                sip.ports().rtcpPort(),
                sessionId,
                sipVersion,
                settings.encryption(),
                keys);
    }

    void describeBrowser(BrowserDescription description, long nowNanos) {
        browser.describe(description, nowNanos);
    }

    void describeSip(SipDescription description, long nowNanos) {
        peer = description;
        description.key().ifPresentOrElse(theirs -> sip.secure(keyring.use(theirs), theirs), sip::unsecured);
        sip.describe(description, nowNanos);
        toSip.open(description.direction().receives());
        // A peer that holds may play music, but most send nothing: its silence means nothing.
        peerSends = description.direction() == Direction.SENDRECV;
    }

    /** Whether the peer must be heard from: it takes part and does not hold the call. */
    boolean peerSends() {
        return peerSends;
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
