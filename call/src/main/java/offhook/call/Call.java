package offhook.call;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import offhook.call.AgentEvent.BrowserDescribed;
import offhook.call.AgentEvent.CodecChosen;
import offhook.call.AgentEvent.Ended;
import offhook.call.AgentEvent.Established;
import offhook.call.AgentEvent.Held;
import offhook.call.AgentEvent.HeldByPeer;
import offhook.call.AgentEvent.Incoming;
import offhook.call.AgentEvent.PeerChanged;
import offhook.call.AgentEvent.Refused;
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
import offhook.call.offer.SipSdp;
import offhook.media.sdp.Direction;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InDialogRequest;
import offhook.sip.dialog.IncomingReferral;
import offhook.sip.dialog.InviteSession;
import offhook.sip.dialog.OutgoingInvite;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.dialog.UasSession;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.message.SipUri;
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
public final class Call implements BrowserLeg.Outbox {
    /** The types of bodies that a call understands, for answers to OPTIONS. */
    public static final List<String> ACCEPTED_BODIES = List.of(SdpBody.TYPE, KeyInfo.RELAY_TYPE, KeyInfo.PLAIN_TYPE);

    /** How far a call has come. */
    public enum State {
        TRYING,
        RINGING,
        ESTABLISHED,
        ENDED
    }

    /**
     * How long a peer that itself holds us while it follows our transfer may take to resume when that fails. If both ask
     * for it at once both are refused (491), and there are phones that then stay on hold.
     */
    private static final long PEER_RESUMES_NANOS = 1_000_000_000L;

    private final String callId;
    private final Line line;
    private final CallLimits limits;
    private final CallOutbox outbox;
    private final RandomGenerator random;
    private final CallMedia media;
    private final CallKeys keys;
    private final PeerOwner peerOwner = new PeerOwner();
    private final TransferSide transferSide = new TransferSide();

    private State state = State.TRYING;
    /** While it rings here, and perhaps elsewhere: who has the SIP session. */
    private @Nullable Ring ring;
    /** The SIP session, once the call was placed or answered. */
    private @Nullable PeerSession peer;
    /** The session whose media flows: the peer's, or already that of who is to take its place. */
    private @Nullable PeerSession followed;
    /** Who is called because the peer asked for it. */
    private @Nullable Succession succession;
    /** A transfer that the person has asked for, of this call or by means of it. */
    private @Nullable Transfer transfer;
    /** Who is at the other end, as the browser's session was told. */
    private @Nullable Party party;
    /** The browser's session knows of the call; of one that was refused at once it never hears. */
    private boolean told;

    private boolean ringsWithEarlyMedia;
    private boolean browserDescribed;
    private long ringDeadlineNanos;
    private long establishedNanos;
    /** Since when both sides must be heard of: since the answer, or since the call was resumed. */
    private long soundExpectedNanos;
    /** The browser's offer while it waits for its answer: the far side's codec is to be known first. */
    private @Nullable BrowserDescription unansweredOffer;
    /** What the browser does, as it sees it: a page without a microphone only receives. */
    private Direction browserDirection = Direction.SENDRECV;
    /** What the browser can receive and was told that we may send. */
    private List<AudioFormat> browserFormats = List.of();
    /** The codec that the browser sends. */
    private @Nullable AudioFormat browserSends;
    /** The person wants the call to be held. */
    private boolean holds;
    /** When the peer is asked for it, unless it has taken the call up again by itself. */
    private long settleAtNanos = Long.MAX_VALUE;
    /** What the browser's session has been told of the hold in either direction. */
    private boolean toldHeld;

    private boolean toldHeldByPeer;

    private Call(
            String callId,
            Line line,
            CallMedia.Settings settings,
            CallLimits limits,
            RtpPorts.Pair ports,
            RandomGenerator random,
            CallOutbox outbox,
            long nowNanos) {
        this.callId = callId;
        this.line = line;
        this.limits = limits;
        this.outbox = outbox;
        this.random = random;
        this.media = new CallMedia(settings, ports, random, this);
        this.keys = new CallKeys(callId, media, limits, new KeysOwner());
        this.ringDeadlineNanos = nowNanos + limits.ringNanos();
    }

    /**
     * A call that is not placed or answered yet.
     *
     * @return null when there are no ports for its media
     */
    public static @Nullable Call open(
            String callId,
            Line line,
            CallMedia.Settings settings,
            CallLimits limits,
            RtpPorts rtpPorts,
            RandomGenerator random,
            CallOutbox outbox,
            long nowNanos) {
        RtpPorts.Pair ports = rtpPorts.open();
        return ports == null ? null : new Call(callId, line, settings, limits, ports, random, outbox, nowNanos);
    }

    public String callId() {
        return callId;
    }

    public State state() {
        return state;
    }

    /** Whether this is the SIP session that the call has with its peer. */
    public boolean isOf(InviteSession session) {
        PeerSession open = peer;
        return state != State.ENDED && open != null && session.equals(open.session());
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
    public void dial(OutgoingInvite invite, BrowserDescription browserOffer, boolean answerAtOnce, long nowNanos) {
        contained(By.BROWSER, nowNanos, () -> {
            report(new Trying(callId));
            party = Party.of(invite.to());
            browserDirection = browserOffer.direction();
            if (answerAtOnce) {
                answerBrowser(browserOffer, Formats.atOnce(browserOffer.formats()), nowNanos);
            } else {
                unansweredOffer = browserOffer;
                browserFormats = browserOffer.formats();
            }
            PeerSession placed = newPeerSession();
            enter(placed);
            placed.dial(line.core(), invite, nowNanos);
        });
    }

    /** A call comes in: offers media to the browser and rings. */
    void ring(Ring incoming, Incoming announcement, long nowNanos) {
        contained(By.PEER, nowNanos, () -> {
            ring = incoming;
            Body offer = Body.of(incoming.request());
            if (!offer.isEmpty() && !SdpBody.is(offer)) {
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
                SipDescription described = SipSdp.readOffer(SdpBody.text(offer), media.encryption());
                formats = Formats.forBrowser(described.formats());
            }
            state = State.RINGING;
            party = new Party(announcement.caller(), announcement.displayName());
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
            PeerSession answering = newPeerSession();
            Body description = answering.describe(incoming.request());
            UasSession session = incoming.take(this, answering, nowNanos);
            ring = null;
            enter(answering);
            if (answering.negotiation().plan() != null) {
                follow(answering, nowNanos);
            }
            answering.answer(session, description, nowNanos);
            establish(nowNanos);
        });
    }

    /** The person hangs up, gives up or declines. */
    public void hangUp(long nowNanos) {
        end(Ending.of(ring != null ? EndReason.DECLINED : EndReason.NORMAL, By.BROWSER), nowNanos);
    }

    /** The person holds the call: nobody hears the other from this moment on, and the peer is asked to agree. */
    public void hold(long nowNanos) {
        wishHold(true, nowNanos);
    }

    /** The person takes the call up again. */
    public void resume(long nowNanos) {
        wishHold(false, nowNanos);
    }

    /** The person has the peer call somebody else. */
    public void transfer(SipUri target, long nowNanos) {
        contained(By.BROWSER, nowNanos, () -> {
            if (mayTransfer(this)) {
                Transfer.blind(callId, transferSide, target).start(nowNanos);
            }
        });
    }

    /** The person has this call's peer and that of another call talk with each other. */
    public void transferTo(Call consult, long nowNanos) {
        contained(By.BROWSER, nowNanos, () -> {
            if (mayTransfer(this) && mayTransfer(consult)) {
                Transfer.attended(callId, transferSide, consult.transferSide).start(nowNanos);
            }
        });
        consult.outbox.touched();
    }

    private boolean mayTransfer(Call call) {
        if (call.state != State.ESTABLISHED) {
            refuse("transfer", "Only calls that are up can be transferred.");
        } else if (call.transfer != null || call.succession != null) {
            refuse("transfer", "The call is being transferred already.");
        } else {
            return true;
        }
        return false;
    }

    /** The person presses keys, one after the other. */
    public void sendDtmf(AgentCommand.SendDtmf command, long nowNanos) {
        if (state != State.ENDED) {
            contained(By.BROWSER, nowNanos, () -> keys.send(command, nowNanos));
        }
    }

    /** The person presses a key and keeps it pressed. */
    public void pressKey(AgentCommand.PressKey command, long nowNanos) {
        if (state != State.ENDED) {
            contained(By.BROWSER, nowNanos, () -> keys.press(command, nowNanos));
        }
    }

    /** The person lets go of the key. */
    public void releaseKey(long nowNanos) {
        if (state != State.ENDED) {
            contained(By.BROWSER, nowNanos, () -> keys.release(nowNanos));
        }
    }

    private void wishHold(boolean hold, long nowNanos) {
        contained(By.BROWSER, nowNanos, () -> {
            PeerSession open = peer;
            if (state != State.ESTABLISHED || open == null) {
                refuse(hold ? "hold" : "unhold", "Only a call that is up can be held.");
                return;
            }
            if (open.held() == hold && !open.settling()) {
                tellHeld(hold, nowNanos);
            }
            holdNow(hold, nowNanos);
        });
    }

    private void holdNow(boolean hold, long nowNanos) {
        want(hold);
        settle(nowNanos);
    }

    private void want(boolean hold) {
        holds = hold;
        media.hold(hold);
    }

    /** Has the peer agree to what the person wants of the hold. */
    private void settle(long nowNanos) {
        settleAtNanos = Long.MAX_VALUE;
        PeerSession open = peer;
        if (open != null) {
            open.settle(nowNanos);
        }
    }

    // ---- What the SIP peer does ----

    private PeerSession newPeerSession() {
        return new PeerSession(peerOwner, media, random);
    }

    /** What a SIP session tells of its peer. */
    private final class PeerOwner implements PeerSession.Owner {
        @Override
        public void contained(PeerSession from, long nowNanos, Runnable work) {
            Call.this.contained(By.PEER, nowNanos, () -> {
                try {
                    work.run();
                } catch (OfferRejected e) {
                    Succession under = succession;
                    if (under == null || !under.successor().equals(from)) {
                        throw e;
                    }
                    abandon(under, rejected(e, By.PEER), nowNanos);
                }
            });
        }

        @Override
        public List<AudioFormat> browserFormats() {
            return browserFormats;
        }

        @Override
        public Direction direction() {
            return holds ? Direction.of(browserDirection.sends(), false) : browserDirection;
        }

        @Override
        public boolean holds() {
            return holds;
        }

        @Override
        public void rang(PeerSession from, SipResponse provisional, boolean earlyMedia, long nowNanos) {
            Succession under = succession;
            if (under != null && under.successor().equals(from)) {
                under.tell(provisional.status(), nowNanos);
            }
            if (state != State.TRYING && state != State.RINGING) {
                return;
            }
            boolean withSound = earlyMedia || ringsWithEarlyMedia;
            boolean rings = withSound || provisional.status() != SipStatus.SESSION_PROGRESS;
            if (rings && (state == State.TRYING || withSound != ringsWithEarlyMedia)) {
                state = State.RINGING;
                ringsWithEarlyMedia = withSound;
                report(new Ringing(callId, withSound));
            }
        }

        @Override
        public void answered(PeerSession from, SipResponse success, long nowNanos) {
            Succession under = succession;
            boolean succeeds = under != null && under.successor().equals(from);
            boolean described = from.negotiation().plan() != null;
            if (under != null && succeeds && described) {
                under.tell(success.status(), nowNanos);
                succeed(from, under.party(), nowNanos);
            } else if (under != null && succeeds) {
                abandon(under, withoutDescription(0), nowNanos);
            } else if (!described) {
                end(withoutDescription(success.status()), nowNanos);
            } else if (state != State.ENDED) {
                establish(nowNanos);
            }
        }

        @Override
        public void described(PeerSession from, long nowNanos) {
            Succession under = succession;
            if (under != null && under.successor().equals(from)) {
                // Whoever is called sends early media already: the peer has asked for it.
                followed = from;
            }
            if (state != State.ENDED && from.equals(followed)) {
                follow(from, nowNanos);
            }
        }

        @Override
        public void undescribed(PeerSession from, long nowNanos) {
            // RFC 3261 section 13.2.2.4: our offer was in the 2xx, so the ACK owes the answer.
            end(withoutDescription(0), nowNanos);
        }

        @Override
        public void heldChanged(PeerSession from, long nowNanos) {
            if (state != State.ESTABLISHED || !from.equals(peer)) {
                return;
            }
            if (from.held() != toldHeld) {
                tellHeld(from.held(), nowNanos);
            }
            if (from.heldByPeer() != toldHeldByPeer) {
                toldHeldByPeer = from.heldByPeer();
                report(new HeldByPeer(callId, toldHeldByPeer));
            }
            settled(nowNanos);
        }

        @Override
        public void holdRefused(PeerSession from, EndReason reason, int sipStatus, String text, long nowNanos) {
            boolean wished = holds;
            holds = from.held();
            media.hold(holds);
            if (wished == holds) {
                tellHeld(holds, nowNanos);
            } else if (transfer == null) {
                report(new Refused(callId, wished ? "hold" : "unhold", reason, sipStatus, text));
            }
            settled(nowNanos);
        }

        private void settled(long nowNanos) {
            Transfer waiting = transfer;
            if (waiting != null) {
                waiting.onSettled(nowNanos);
            }
        }

        @Override
        public void referred(PeerSession from, IncomingReferral referral, long nowNanos) {
            if (state != State.ESTABLISHED || !from.equals(peer) || succession != null || transfer != null) {
                referral.refuse(SipStatus.REQUEST_PENDING, nowNanos);
            } else if (!line.allows(referral.target())) {
                referral.refuse(SipStatus.FORBIDDEN, nowNanos);
            } else if (referral.accept(nowNanos)) {
                PeerSession successor = newPeerSession();
                succession = new Succession(referral, successor, nowNanos + limits.ringNanos());
                OutgoingInvite invite = line.invite(referral.target(), line.displayName(), referral.headers());
                successor.dial(line.core(), invite, nowNanos);
            }
        }

        @Override
        public void informed(PeerSession from, InDialogRequest info, long nowNanos) {
            keys.onInfo(info, nowNanos);
        }

        @Override
        public void heard(PeerSession from, SipMessage message) {
            if (state == State.ENDED || !line.trustsIdentities()) {
                return;
            }
            Succession under = succession;
            message.headers().assertedIdentity().map(Party::of).ifPresent(asserted -> {
                if (from.equals(peer)) {
                    become(asserted);
                } else if (under != null && under.successor().equals(from)) {
                    under.identify(asserted);
                }
            });
        }

        @Override
        public void ended(PeerSession from, SessionEnd how, long nowNanos) {
            Ending ending = explained(SipEnds.of(how), from);
            Succession under = succession;
            if (under != null && under.successor().equals(from)) {
                abandon(under, ending, nowNanos);
            } else if (from.equals(peer) && under == null) {
                end(ending, nowNanos);
            }
            // A peer that has asked for somebody else may well leave before that one answers.
        }
    }

    // ---- Other SIP sessions take the place of the first ----

    /**
     * A call comes in to take the place of this one (RFC 3891): the telephone system has transferred the other side, and
     * the person talks on.
     *
     * @param incoming not opened yet
     */
    public void replace(UasSession incoming, long nowNanos) {
        contained(By.PEER, nowNanos, () -> {
            Body offer = Body.of(incoming.request());
            if (state == State.ENDED || ring != null) {
                incoming.refuse(SipStatus.CALL_OR_TRANSACTION_DOES_NOT_EXIST, Headers.NONE, nowNanos);
                return;
            }
            if (!offer.isEmpty() && !SdpBody.is(offer)) {
                incoming.refuse(SipStatus.UNSUPPORTED_MEDIA_TYPE, SdpBody.ACCEPTED, nowNanos);
                return;
            }
            PeerSession next = newPeerSession();
            Body description;
            try {
                description = next.describe(incoming.request());
            } catch (OfferRejected e) {
                incoming.refuse(e.sipStatus(), Headers.NONE, nowNanos);
                return;
            }
            incoming.open(line.contact(), line.credentials(), next);
            Succession under = succession;
            if (under != null) {
                drop(under, SipStatus.REQUEST_TERMINATED, nowNanos);
            }
            next.answer(incoming, description, nowNanos);
            succeed(next, Party.caller(incoming.request().headers(), line.trustsIdentities()), nowNanos);
            if (state != State.ESTABLISHED) {
                establish(nowNanos);
            }
        });
    }

    /** The session takes the place of the one before, which ends. */
    private void succeed(PeerSession next, Party who, long nowNanos) {
        PeerSession before = peer;
        succession = null;
        enter(next);
        if (next.negotiation().plan() != null) {
            follow(next, nowNanos);
        }
        if (before != null) {
            before.hangUp(nowNanos);
        }
        soundExpectedNanos = nowNanos;
        become(who);
        peerOwner.heldChanged(next, nowNanos);
        next.settle(nowNanos);
    }

    /** Whoever was called did not answer: the peer, if it is still there, has the call back. */
    private void abandon(Succession failed, Ending why, long nowNanos) {
        drop(failed, why.refusal(), nowNanos);
        PeerSession open = peer;
        if (open == null || open.over()) {
            end(why, nowNanos);
            return;
        }
        soundExpectedNanos = nowNanos;
        if (!open.equals(followed)) {
            followed = open;
            follow(open, nowNanos);
        }
    }

    private void drop(Succession failed, int status, long nowNanos) {
        succession = null;
        failed.tell(status, nowNanos);
        failed.successor().hangUp(nowNanos);
    }

    private void enter(PeerSession session) {
        peer = session;
        followed = session;
    }

    private void become(Party who) {
        if (!who.equals(party)) {
            party = who;
            report(new PeerChanged(callId, who.number(), who.displayName()));
        }
    }

    /** What a transfer needs of a call. */
    private final class TransferSide implements Transfer.Side {
        @Override
        public @Nullable InviteSession session() {
            PeerSession open = peer;
            InviteSession session = open == null ? null : open.session();
            return state == State.ESTABLISHED && session != null && session.established() ? session : null;
        }

        @Override
        public boolean settling() {
            PeerSession open = peer;
            return open != null && open.settling();
        }

        @Override
        public boolean holdForTransfer(Transfer started, long nowNanos) {
            boolean before = holds;
            transfer = started;
            holdNow(true, nowNanos);
            return !before;
        }

        @Override
        public void goOn(boolean resume, long nowNanos) {
            transfer = null;
            PeerSession open = peer;
            if (resume && state == State.ESTABLISHED && open != null && open.heldByPeer()) {
                want(false);
                settleAtNanos = nowNanos + PEER_RESUMES_NANOS;
            } else if (resume && state == State.ESTABLISHED) {
                holdNow(false, nowNanos);
            }
            outbox.touched();
        }

        @Override
        public void report(AgentEvent.CallEvent event) {
            Call.this.report(event);
        }

        @Override
        public void contained(long nowNanos, Runnable work) {
            Call.this.contained(By.PEER, nowNanos, work);
        }

        @Override
        public void endTransferred(long nowNanos) {
            end(new Ending(EndReason.NORMAL, By.BROWSER, 0, "The call was transferred."), nowNanos);
        }
    }

    /** What the keys need of their call. */
    private final class KeysOwner implements CallKeys.Owner {
        @Override
        public @Nullable InviteSession session() {
            PeerSession open = peer;
            return open == null ? null : open.session();
        }

        @Override
        public void report(AgentEvent.CallEvent event) {
            Call.this.report(event);
        }

        @Override
        public void onResponse(long nowNanos, Runnable work) {
            if (state != State.ENDED) {
                contained(By.PEER, nowNanos, work);
            }
        }
    }

    /** The caller gave up while it rang here. */
    void ended(SessionEnd how, long nowNanos) {
        contained(By.PEER, nowNanos, () -> end(SipEnds.of(how), nowNanos));
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
        if (why == BrowserLegFailure.CLOSED_BY_BROWSER && ring != null) {
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
            case TRYING, RINGING -> Math.min(ringDeadlineNanos, mediaDeadlineNanos());
            case ESTABLISHED -> {
                Succession under = succession;
                long patience = under == null ? silenceDeadlineNanos() : under.deadlineNanos();
                yield Math.min(Math.min(patience, settleAtNanos), mediaDeadlineNanos());
            }
            case ENDED -> Long.MAX_VALUE;
        };
    }

    private long mediaDeadlineNanos() {
        return Math.min(media.deadlineNanos(), keys.deadlineNanos());
    }

    /** Retransmissions, reports, keys, and the ends of patience. */
    public void onDeadline(long nowNanos) {
        switch (state) {
            case TRYING, RINGING -> {
                if (nowNanos >= ringDeadlineNanos) {
                    end(Ending.of(EndReason.NO_ANSWER, By.SERVER), nowNanos);
                }
            }
            case ESTABLISHED -> {
                if (nowNanos >= settleAtNanos) {
                    settle(nowNanos);
                }
                Succession under = succession;
                if (under != null) {
                    if (nowNanos >= under.deadlineNanos()) {
                        abandon(under, Ending.of(EndReason.NO_ANSWER, By.SERVER), nowNanos);
                    }
                } else if (nowNanos >= silenceDeadlineNanos()) {
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
        if (state != State.ENDED) {
            keys.onDeadline(nowNanos);
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
        Transfer asked = transfer;
        transfer = null;
        if (asked != null) {
            asked.onEnded(transferSide, nowNanos);
        }
        if (told) {
            report(new Ended(callId, ending, media.summary(answered ? nowNanos - establishedNanos : 0)));
        }
        Ring incoming = ring;
        ring = null;
        if (incoming != null) {
            incoming.leave(this, ending, nowNanos);
        }
        Succession under = succession;
        if (under != null) {
            drop(under, SipStatus.REQUEST_TERMINATED, nowNanos);
        }
        PeerSession open = peer;
        if (open != null) {
            open.hangUp(nowNanos);
        }
        outbox.over();
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

    // ---- The browser's offer and answer, and the media between the two sides ----

    /** Media goes as this SIP session has agreed on. */
    private void follow(PeerSession session, long nowNanos) {
        Negotiation agreed = session.negotiation();
        CodecPlan plan = agreed.plan();
        SipDescription described = agreed.peer();
        if (plan == null || described == null) {
            throw new IllegalStateException("nothing is agreed");
        }
        media.agree(plan);
        media.describeSip(described, agreed.key(), nowNanos);
        BrowserDescription offer = unansweredOffer;
        if (offer != null) {
            unansweredOffer = null;
            answerBrowser(offer, plan.browserFormats(), nowNanos);
        } else {
            tellCodec(plan.browserAudio());
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

    private void tellHeld(boolean held, long nowNanos) {
        toldHeld = held;
        soundExpectedNanos = nowNanos;
        report(new Held(callId, held));
    }

    private long browserSilenceNanos() {
        boolean expected = media.browser().connected();
        return expected ? silenceLimit(media.browser().heardNanos()) : Long.MAX_VALUE;
    }

    private long peerSilenceNanos() {
        boolean expected = media.peerSends() && browserDirection.receives() && !holds && !toldHeld;
        return expected ? silenceLimit(media.sip().heardNanos()) : Long.MAX_VALUE;
    }

    private long silenceLimit(long heardNanos) {
        return Math.max(heardNanos, soundExpectedNanos) + limits.mediaSilenceNanos();
    }

    private long silenceDeadlineNanos() {
        return Math.min(browserSilenceNanos(), peerSilenceNanos());
    }

    private void establish(long nowNanos) {
        state = State.ESTABLISHED;
        establishedNanos = nowNanos;
        soundExpectedNanos = nowNanos;
        report(new Established(callId));
    }

    private void refuse(String request, String text) {
        if (state != State.ENDED) {
            report(new Refused(callId, request, EndReason.BAD_REQUEST, 0, text));
        }
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
    private static Ending explained(Ending ending, PeerSession from) {
        if (ending.reason() != EndReason.NO_COMMON_CODEC || !from.negotiation().insistsOnEncryption()) {
            return ending;
        }
        return new Ending(
                EndReason.NO_COMMON_ENCRYPTION,
                ending.by(),
                ending.sipStatus(),
                "The telephone system refused the call, which was offered with encrypted sound only: let it encrypt there"
                        + " (SRTP by SDES), or make encryption optional here (sip.mediaEncryption).");
    }
}
