package offhook.call;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import offhook.call.AgentEvent.BrowserDescribed;
import offhook.call.AgentEvent.CodecChosen;
import offhook.call.AgentEvent.Ended;
import offhook.call.AgentEvent.Established;
import offhook.call.AgentEvent.Incoming;
import offhook.call.AgentEvent.Ringing;
import offhook.call.AgentEvent.Trying;
import offhook.call.Ending.By;
import offhook.call.leg.BrowserLeg;
import offhook.call.leg.BrowserLegFailure;
import offhook.call.leg.RtpPorts;
import offhook.call.offer.AudioFormat;
import offhook.call.offer.BrowserDescription;
import offhook.call.offer.BrowserSdp;
import offhook.call.offer.CodecPlan;
import offhook.call.offer.Formats;
import offhook.call.offer.OfferRejected;
import offhook.call.offer.SipDescription;
import offhook.media.sdp.Direction;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InDialogRequest;
import offhook.sip.dialog.InviteSession;
import offhook.sip.dialog.OutgoingInvite;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.dialog.SessionListener;
import offhook.sip.dialog.UasSession;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import org.jspecify.annotations.Nullable;

/**
 * One call between a browser and a SIP peer, placed by either.
 *
 * <pre>
 *   outgoing: TRYING ──18x──► RINGING ──2xx──► ESTABLISHED ──► ENDED
 *   incoming:                 RINGING ─answer─► ESTABLISHED ──► ENDED
 * </pre>
 *
 * The browser gets exactly one description from us (the WCS SDK takes no second one), so whatever the SIP peer changes
 * later is absorbed here. Not thread-safe: one owner. Nothing that happens inside a call throws out of it: a defect ends
 * the call.
 */
public final class Call implements SessionListener, BrowserLeg.Outbox {
    private static final String SDP = "application/sdp";
    private static final Headers ACCEPTED = Headers.NONE.with(HeaderName.ACCEPT, SDP);

    /** How far a call has come. */
    public enum State {
        TRYING,
        RINGING,
        ESTABLISHED,
        ENDED
    }

    private final String callId;
    private final CallLimits limits;
    private final CallOutbox outbox;
    private final CallMedia media;

    private State state = State.TRYING;
    private @Nullable InviteSession session;
    private boolean sessionOver;
    /** While it rings here, and perhaps elsewhere: who has the session. */
    private @Nullable Ring ring;
    /** The browser's session knows of the call; of one that was refused at once it never hears. */
    private boolean told;

    private boolean ringsWithEarlyMedia;
    private boolean browserDescribed;
    private long ringDeadlineNanos;
    private long establishedNanos;
    /** The browser's offer while it waits for its answer: the far side's codec is to be known first. */
    private @Nullable BrowserDescription unansweredOffer;
    /** What the browser does, as it sees it: a page without a microphone only receives. */
    private Direction browserDirection = Direction.SENDRECV;
    /** What the browser can receive and was told that we may send. */
    private List<AudioFormat> browserFormats = List.of();
    /** The codec that the browser sends. */
    private @Nullable AudioFormat browserSends;
    /** What we last offered to the peer. */
    private List<AudioFormat> sipOffered = List.of();
    /** Our offer went out in a 2xx: the ACK must bring the answer. */
    private boolean answerOwed;
    /** The peer's own offer. */
    private @Nullable SipDescription sipOffer;

    private Call(
            String callId,
            CallMedia.Settings settings,
            CallLimits limits,
            RtpPorts.Pair ports,
            RandomGenerator random,
            CallOutbox outbox,
            long nowNanos) {
        this.callId = callId;
        this.limits = limits;
        this.outbox = outbox;
        this.media = new CallMedia(settings, ports, random, this);
        this.ringDeadlineNanos = nowNanos + limits.ringNanos();
    }

    /**
     * A call that is not placed or answered yet.
     *
     * @return null when there are no ports for its media
     */
    public static @Nullable Call open(
            String callId,
            CallMedia.Settings settings,
            CallLimits limits,
            RtpPorts rtpPorts,
            RandomGenerator random,
            CallOutbox outbox,
            long nowNanos) {
        RtpPorts.Pair ports = rtpPorts.open();
        return ports == null ? null : new Call(callId, settings, limits, ports, random, outbox, nowNanos);
    }

    public String callId() {
        return callId;
    }

    public State state() {
        return state;
    }

    public CallMedia media() {
        return media;
    }

    // ---- What the browser asks ----

    /**
     * Calls the peer.
     *
     * @param invite everything about the INVITE; its body is made here
     * @param answerAtOnce whether the browser takes its answer before the far side has chosen a codec
     */
    public void dial(
            UserAgentCore core,
            OutgoingInvite invite,
            BrowserDescription browserOffer,
            boolean answerAtOnce,
            long nowNanos) {
        contained(By.BROWSER, nowNanos, () -> {
            report(new Trying(callId));
            browserDirection = browserOffer.direction();
            if (answerAtOnce) {
                answerBrowser(browserOffer, Formats.atOnce(browserOffer.formats()), nowNanos);
            } else {
                unansweredOffer = browserOffer;
                browserFormats = browserOffer.formats();
            }
            session = core.invite(invite.withOffer(body(sipOffer())), this, nowNanos);
        });
    }

    /** A call comes in: offers media to the browser and rings. */
    void ring(Ring incoming, Incoming announcement, long nowNanos) {
        contained(By.PEER, nowNanos, () -> {
            ring = incoming;
            Body offer = Body.of(incoming.request());
            if (!offer.isEmpty() && !isSdp(offer)) {
                end(
                        new Ending(
                                EndReason.PEER_ERROR,
                                By.SERVER,
                                SipStatus.UNSUPPORTED_MEDIA_TYPE,
                                "The telephone system described the call in a way that is not understood here."),
                        nowNanos);
                return;
            }
            List<AudioFormat> formats = Formats.allForBrowser();
            if (!offer.isEmpty()) {
                SipDescription described = media.readSipOffer(text(offer));
                sipOffer = described;
                formats = Formats.forBrowser(described.formats());
            }
            state = State.RINGING;
            report(new BrowserDescribed(callId, BrowserSdp.offer(media.browserSide(), formats), false));
            report(announcement);
            report(new Ringing(callId, false));
        });
    }

    /** The browser's answer to an incoming call that goes on ringing: connects the browser's leg. */
    public void prepare(String browserAnswer, long nowNanos) {
        if (ring != null && !browserDescribed) {
            contained(By.BROWSER, nowNanos, () -> takeBrowserAnswer(browserAnswer, nowNanos));
        }
    }

    /** The person answers an incoming call. */
    public void answer(String browserAnswer, long nowNanos) {
        Ring incoming = ring;
        if (incoming == null) {
            return;
        }
        contained(By.BROWSER, nowNanos, () -> {
            if (!browserDescribed) {
                takeBrowserAnswer(browserAnswer, nowNanos);
            }
            // A browser that cannot take the call leaves it to the others: first the description, then the session.
            SipDescription offer = sipOffer;
            Body description = body(offer == null ? sipOffer() : answerPeer(offer));
            UasSession taken = incoming.take(this, nowNanos);
            ring = null;
            session = taken;
            if (offer == null) {
                answerOwed = true;
            } else {
                media.describeSip(offer, nowNanos);
            }
            taken.answer(Headers.NONE, description, nowNanos);
            establish(nowNanos);
        });
    }

    /** The person hangs up, gives up or declines. */
    public void hangUp(long nowNanos) {
        end(Ending.of(ringsHere() ? EndReason.DECLINED : EndReason.NORMAL, By.BROWSER), nowNanos);
    }

    private boolean ringsHere() {
        return ring != null;
    }

    // ---- What the SIP peer does ----

    @Override
    public void ringing(SipResponse provisional, long nowNanos) {
        contained(By.PEER, nowNanos, () -> {
            if (state != State.TRYING && state != State.RINGING) {
                return;
            }
            boolean earlyMedia = ringsWithEarlyMedia;
            Body body = Body.of(provisional);
            if (isSdp(body) && takeEarlyMedia(body, nowNanos)) {
                earlyMedia = true;
            }
            boolean rings = earlyMedia || provisional.status() != SipStatus.SESSION_PROGRESS;
            if (rings && (state == State.TRYING || earlyMedia != ringsWithEarlyMedia)) {
                state = State.RINGING;
                ringsWithEarlyMedia = earlyMedia;
                report(new Ringing(callId, earlyMedia));
            }
        });
    }

    @Override
    public void answered(SipResponse success, long nowNanos) {
        contained(By.PEER, nowNanos, () -> {
            if (state == State.ENDED) {
                return;
            }
            Body body = Body.of(success);
            if (isSdp(body)) {
                takePeerAnswer(media.readSipAnswer(text(body)), nowNanos);
            } else if (media.plan() == null) {
                end(withoutDescription(success.status()), nowNanos);
                return;
            }
            establish(nowNanos);
        });
    }

    @Override
    public void acknowledged(SipRequest ack, long nowNanos) {
        contained(By.PEER, nowNanos, () -> {
            if (state != State.ESTABLISHED || !answerOwed) {
                return;
            }
            answerOwed = false;
            Body body = Body.of(ack);
            if (isSdp(body)) {
                takePeerAnswer(media.readSipAnswer(text(body)), nowNanos);
            } else if (media.plan() == null) {
                // RFC 3261 section 13.2.2.4: our offer was in the 2xx, so the ACK owes the answer.
                end(withoutDescription(0), nowNanos);
            }
        });
    }

    @Override
    public void requested(InDialogRequest request, long nowNanos) {
        contained(By.PEER, nowNanos, () -> {
            if (request.request().is(SipMethod.INVITE)) {
                onReinvite(request, nowNanos);
            } else {
                request.respond(SipStatus.OK, nowNanos);
            }
        });
    }

    @Override
    public void ended(SessionEnd how, long nowNanos) {
        contained(By.PEER, nowNanos, () -> {
            sessionOver = true;
            ring = null;
            if (state == State.ENDED) {
                outbox.over();
            } else {
                end(explained(SipEnds.of(how)), nowNanos);
            }
        });
    }

    // ---- What the browser's leg does ----

    @Override
    public void transmit(InetSocketAddress to, byte[] bytes, int offset, int length) {
        outbox.toBrowser(to, bytes, offset, length);
    }

    @Override
    public void selected(InetSocketAddress remote) {
        outbox.browserAt(remote);
    }

    @Override
    public void connected(long nowNanos) {
        // Nothing waits for it: SIP and the browser's connection are set up side by side.
    }

    @Override
    public void failed(BrowserLegFailure why, long nowNanos) {
        if (why == BrowserLegFailure.CLOSED_BY_BROWSER && ringsHere()) {
            // Whoever declines closes the connection, too, and UDP is faster: what it means is said by signalling.
            return;
        }
        Ending ending = switch (why) {
            case ICE_TIMEOUT -> Ending.of(EndReason.ICE_TIMEOUT, By.SERVER);
            case CONSENT_EXPIRED -> Ending.of(EndReason.ICE_CONSENT_EXPIRED, By.SERVER);
            case DTLS_FAILED -> Ending.of(EndReason.DTLS_FAILED, By.SERVER);
            case FINGERPRINT_MISMATCH -> Ending.of(EndReason.DTLS_FINGERPRINT, By.SERVER);
            case CLOSED_BY_BROWSER -> Ending.of(EndReason.NORMAL, By.BROWSER);
        };
        end(ending, nowNanos);
    }

    // ---- Time ----

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} for never. */
    public long deadlineNanos() {
        return switch (state) {
            case TRYING, RINGING -> Math.min(ringDeadlineNanos, media.deadlineNanos());
            case ESTABLISHED -> Math.min(silenceDeadlineNanos(), media.deadlineNanos());
            case ENDED -> Long.MAX_VALUE;
        };
    }

    /** Retransmissions, reports, and the ends of patience. */
    public void onDeadline(long nowNanos) {
        switch (state) {
            case TRYING, RINGING -> {
                if (nowNanos >= ringDeadlineNanos) {
                    end(Ending.of(EndReason.NO_ANSWER, By.SERVER), nowNanos);
                }
            }
            case ESTABLISHED -> {
                if (nowNanos >= silenceDeadlineNanos()) {
                    boolean browser = browserSilenceNanos() <= peerSilenceNanos();
                    EndReason reason = browser ? EndReason.MEDIA_SILENCE_BROWSER : EndReason.MEDIA_SILENCE_PEER;
                    end(Ending.of(reason, By.SERVER), nowNanos);
                }
            }
            case ENDED -> {}
        }
        if (state != State.ENDED) {
            media.onDeadline(nowNanos);
        }
    }

    /** Ends the call, whatever its state, telling both sides. Once it has ended this does nothing. */
    public void end(Ending ending, long nowNanos) {
        if (state == State.ENDED) {
            return;
        }
        boolean answered = state == State.ESTABLISHED;
        state = State.ENDED;
        media.close(nowNanos);
        if (told) {
            report(new Ended(callId, ending, media.summary(answered ? nowNanos - establishedNanos : 0)));
        }
        Ring incoming = ring;
        ring = null;
        InviteSession open = session;
        if (incoming != null) {
            incoming.leave(this, ending, nowNanos);
        }
        if (open == null || sessionOver) {
            outbox.over();
        } else {
            open.hangUp(nowNanos);
        }
    }

    /** Runs what may throw only by a mistake of ours, or because of {@code describer}'s unusable description. */
    private void contained(By describer, long nowNanos, Runnable work) {
        try {
            work.run();
        } catch (OfferRejected e) {
            end(rejected(e, describer), nowNanos);
        } catch (RuntimeException e) {
            outbox.fault(e);
            end(Ending.of(EndReason.INTERNAL, By.SERVER), nowNanos);
        }
        outbox.touched();
    }

    // ---- Offers and answers ----

    private String sipOffer() {
        sipOffered = Formats.forSip(browserFormats);
        return media.sipOffer(sipOffered, browserDirection);
    }

    /** The peer's answer to our offer: at first, again in a later response, or from another fork. */
    private void takePeerAnswer(SipDescription answer, long nowNanos) {
        CodecPlan plan = CodecPlan.choose(browserFormats, sipOffered, answer.formats())
                .orElseThrow(OfferRejected::noCommonCodec);
        media.agree(plan);
        media.describeSip(answer, nowNanos);
        BrowserDescription offer = unansweredOffer;
        if (offer != null) {
            unansweredOffer = null;
            answerBrowser(offer, plan.browserFormats(), nowNanos);
        } else {
            tellCodec(plan.browserAudio());
        }
    }

    /** One fork's early media. What cannot be used is left: another fork, or the answer itself, may do better. */
    private boolean takeEarlyMedia(Body body, long nowNanos) {
        try {
            takePeerAnswer(media.readSipAnswer(text(body)), nowNanos);
            return true;
        } catch (OfferRejected e) {
            return false;
        }
    }

    /** Our answer to the peer's offer, of this call or of a re-INVITE. */
    private String answerPeer(SipDescription offer) {
        List<AudioFormat> formats = Formats.sipAnswer(offer.formats(), browserFormats);
        CodecPlan plan = CodecPlan.choose(browserFormats, formats).orElseThrow(OfferRejected::noCommonCodec);
        media.agree(plan);
        tellCodec(plan.browserAudio());
        return media.sipAnswer(offer, formats, browserDirection);
    }

    private void onReinvite(InDialogRequest request, long nowNanos) {
        Body body = Body.of(request.request());
        try {
            if (body.isEmpty()) {
                answerOwed = true;
                media.renewSipKeys();
                request.respond(SipStatus.OK, Headers.NONE, body(sipOffer()), nowNanos);
            } else if (!isSdp(body)) {
                request.respond(SipStatus.UNSUPPORTED_MEDIA_TYPE, ACCEPTED, Body.NONE, nowNanos);
            } else {
                SipDescription offer = media.readSipOffer(text(body));
                String answer = answerPeer(offer);
                media.describeSip(offer, nowNanos);
                request.respond(SipStatus.OK, Headers.NONE, body(answer), nowNanos);
            }
        } catch (OfferRejected e) {
            // A refused re-INVITE leaves the call as it was (RFC 3261 section 14.2).
            request.respond(SipStatus.NOT_ACCEPTABLE_HERE, nowNanos);
        }
    }

    private void takeBrowserAnswer(String sdp, long nowNanos) {
        BrowserDescription answer = BrowserSdp.readAnswer(sdp);
        browserDescribed = true;
        browserDirection = answer.direction();
        browserFormats = answer.formats();
        browserSends = firstAudio(browserFormats);
        media.describeBrowser(answer, nowNanos);
    }

    private void answerBrowser(BrowserDescription offer, List<AudioFormat> formats, long nowNanos) {
        browserDescribed = true;
        browserFormats = formats;
        browserSends = firstAudio(formats);
        media.describeBrowser(offer, nowNanos);
        report(new BrowserDescribed(callId, BrowserSdp.answer(offer, media.browserSide(), formats), true));
    }

    private void tellCodec(AudioFormat codec) {
        if (!codec.equals(browserSends)) {
            browserSends = codec;
            report(new CodecChosen(callId, codec.codec().encodingName(), codec.payloadType(), codec.clockRate()));
        }
    }

    private long browserSilenceNanos() {
        boolean expected = media.browser().connected();
        return expected ? silenceLimit(media.browser().heardNanos()) : Long.MAX_VALUE;
    }

    private long peerSilenceNanos() {
        return media.peerSends() && browserDirection.receives()
                ? silenceLimit(media.sip().heardNanos())
                : Long.MAX_VALUE;
    }

    private long silenceLimit(long heardNanos) {
        return Math.max(heardNanos, establishedNanos) + limits.mediaSilenceNanos();
    }

    private long silenceDeadlineNanos() {
        return Math.min(browserSilenceNanos(), peerSilenceNanos());
    }

    private void establish(long nowNanos) {
        state = State.ESTABLISHED;
        establishedNanos = nowNanos;
        report(new Established(callId));
    }

    private void report(AgentEvent.CallEvent event) {
        told = true;
        outbox.report(event);
    }

    private static Ending withoutDescription(int status) {
        return new Ending(
                EndReason.PEER_ERROR,
                By.PEER,
                status,
                "The telephone system did not say how it sends and hears sound.");
    }

    private static AudioFormat firstAudio(List<AudioFormat> formats) {
        return formats.stream()
                .filter(format -> format.codec().audio())
                .findFirst()
                .orElseThrow(OfferRejected::noCommonCodec);
    }

    private static Ending rejected(OfferRejected e, By by) {
        EndReason reason = switch (e.reason()) {
            case NO_COMMON_CODEC -> EndReason.NO_COMMON_CODEC;
            case ENCRYPTED_ONLY, NOT_ENCRYPTED, NO_USABLE_KEY -> EndReason.NO_COMMON_ENCRYPTION;
            case MALFORMED,
                    NO_AUDIO,
                    NO_ICE,
                    NO_FINGERPRINT,
                    BAD_SETUP,
                    NO_RTCP_MUX,
                    UNSUPPORTED_TRANSPORT,
                    UNUSABLE_ADDRESS -> by == By.PEER ? EndReason.PEER_ERROR : EndReason.BAD_REQUEST;
        };
        return new Ending(reason, By.SERVER, e.sipStatus(), String.valueOf(e.getMessage()));
    }

    /** A refusal of what we described may well be one of the encryption that we insist on. */
    private Ending explained(Ending ending) {
        if (ending.reason() != EndReason.NO_COMMON_CODEC || !media.insistsOnEncryption()) {
            return ending;
        }
        return new Ending(
                EndReason.NO_COMMON_ENCRYPTION,
                ending.by(),
                ending.sipStatus(),
                "The telephone system refused the call, which was offered with encrypted sound only: let it encrypt there"
                        + " (SRTP by SDES), or make encryption optional here (sip.mediaEncryption).");
    }

    private static boolean isSdp(Body body) {
        return !body.isEmpty() && body.contentType().toLowerCase(Locale.ROOT).startsWith(SDP);
    }

    private static String text(Body body) {
        return new String(body.bytes(), StandardCharsets.UTF_8);
    }

    private static Body body(String sdp) {
        return Body.of(SDP, sdp.getBytes(StandardCharsets.UTF_8));
    }
}
