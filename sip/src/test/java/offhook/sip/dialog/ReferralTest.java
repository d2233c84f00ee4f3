package offhook.sip.dialog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.sip.VirtualNetwork;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.Replaces;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

/** Transfers: a asks b, with whom it talks, to call c. A message takes 10 ms. */
class ReferralTest {
    private static final NameAddress TARGET = NameAddress.of(SipUri.parse("sip:c@10.0.0.3"));

    private final VirtualNetwork network = new VirtualNetwork(1);
    private final Phone a = phone("a");
    private final Phone b = phone("b");
    private final Phone c = phone("c");
    private final List<IncomingReferral> referrals = b.referrals;

    private UacSession caller;
    private UasSession called;

    private Phone phone(String name) {
        return new Phone(
                network,
                name,
                Phone.plain(name).withMethods(SipMethod.REFER, SipMethod.NOTIFY).withExtensions("replaces"));
    }

    private void establish() {
        b.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, b.now());
        caller = a.call(b);
        network.until(1_000);
        called = b.incoming.getLast();
        assertTrue(caller.established());
        forget();
    }

    private void forget() {
        a.log.clear();
        b.log.clear();
        network.trace.clear();
    }

    private void pass(long millis) {
        network.until(network.nowMillis() + millis);
    }

    private void refer(InviteSession session, NameAddress target) {
        session.refer(target, Headers.NONE, a.referralListener(), network.now());
    }

    private void assertIdleAtLast() {
        pass(400_000);
        a.assertIdle();
        b.assertIdle();
        c.assertIdle();
    }

    @Test
    void theTransferIsFollowedToItsEnd() {
        establish();
        refer(caller, TARGET);
        assertTrue(caller.referring());
        assertThrows(IllegalStateException.class, () -> refer(caller, TARGET));
        pass(100);
        IncomingReferral referral = referrals.getLast();
        assertEquals("sip:c@10.0.0.3", referral.target().toString());
        assertEquals(Optional.empty(), referral.replaces());
        assertEquals("Referred-By: <sip:a@example.com>\r\n", referral.headers().toString());
        assertTrue(referral.accept(b.now()));
        assertFalse(referral.refuse(603, b.now()));
        pass(100);
        referral.notify(180, b.now());
        pass(1_000);
        referral.notify(200, b.now());
        referral.notify(486, b.now());
        pass(1_000);
        assertEquals(
                List.of(
                        "1110 transfer accepted",
                        "1110 transfer 100 Trying",
                        "1210 transfer 180 Ringing",
                        "2210 transfer ended 200 OK"),
                a.log);
        assertFalse(caller.referring());
        assertEquals(List.of("202/REFER", "NOTIFY", "NOTIFY", "NOTIFY"), network.sentBy("b"));
        caller.hangUp(network.now());
        assertIdleAtLast();
    }

    @Test
    void notifiesSayWhatTheyAreAbout() {
        establish();
        List<SipRequest> notifies = new ArrayList<>();
        network.swallowed = message -> {
            if (message instanceof SipRequest request && request.is(SipMethod.NOTIFY)) {
                notifies.add(request);
            }
            return false;
        };
        refer(caller, TARGET);
        pass(100);
        referrals.getLast().accept(b.now());
        referrals.getLast().notify(486, b.now());
        pass(100);
        SipRequest first = notifies.getFirst();
        assertEquals("refer", first.headers().first(HeaderName.EVENT).orElseThrow());
        assertEquals(
                "active;expires=180",
                first.headers().first(HeaderName.SUBSCRIPTION_STATE).orElseThrow());
        assertEquals("message/sipfrag", first.headers().contentType().orElseThrow());
        assertEquals("SIP/2.0 100 Trying\r\n", new String(first.body(), StandardCharsets.UTF_8));
        assertEquals(List.of(b.contact()), first.headers().contacts());
        SipRequest last = notifies.getLast();
        assertEquals(
                "terminated;reason=noresource",
                last.headers().first(HeaderName.SUBSCRIPTION_STATE).orElseThrow());
        assertEquals("SIP/2.0 486 Busy Here\r\n", new String(last.body(), StandardCharsets.UTF_8));
        refer(caller, TARGET);
        pass(100);
        referrals.getLast().accept(b.now());
        pass(100);
        assertEquals(
                "refer;id=3",
                notifies.getLast().headers().first(HeaderName.EVENT).orElseThrow());
    }

    @Test
    void statusesThatComeFasterThanTheirNotifiesAreAnsweredAreLeftOut() {
        establish();
        refer(caller, TARGET);
        pass(100);
        IncomingReferral referral = referrals.getLast();
        referral.accept(b.now());
        referral.notify(180, b.now());
        referral.notify(183, b.now());
        referral.notify(200, b.now());
        pass(100);
        assertEquals(
                List.of("1110 transfer accepted", "1110 transfer 100 Trying", "1130 transfer ended 200 OK"), a.log);
    }

    @Test
    void thePeerHearsHowItEndedBeforeWeHangUp() {
        establish();
        refer(caller, TARGET);
        pass(100);
        IncomingReferral referral = referrals.getLast();
        referral.accept(b.now());
        referral.notify(180, b.now());
        referral.notify(200, b.now());
        called.hangUp(b.now());
        pass(200);
        assertEquals(List.of("202/REFER", "NOTIFY", "NOTIFY", "BYE"), network.sentBy("b"));
        assertTrue(a.log.contains("1130 transfer ended 200 OK"), a.log::toString);
        assertIdleAtLast();
    }

    @Test
    void aPeerThatDoesNotWantToHearHowItEndedIsHungUpAllTheSame() {
        establish();
        network.swallowed = message -> message instanceof SipRequest request && request.is(SipMethod.NOTIFY);
        refer(caller, TARGET);
        pass(100);
        referrals.getLast().accept(b.now());
        referrals.getLast().notify(200, b.now());
        called.hangUp(b.now());
        pass(60_000);
        assertEquals("BYE", network.sentBy("b").getLast());
        assertIdleAtLast();
    }

    @Test
    void aFailedTransferLeavesTheCall() {
        establish();
        refer(caller, TARGET);
        pass(100);
        referrals.getLast().accept(b.now());
        referrals.getLast().notify(486, b.now());
        pass(100);
        assertEquals("1130 transfer ended 486 Busy Here", a.log.getLast());
        assertTrue(caller.established());
        refer(caller, TARGET);
        pass(100);
        referrals.getLast().refuse(603, b.now());
        pass(100);
        assertEquals("1310 transfer ended refused 603", a.log.getLast());
        assertTrue(caller.established());
    }

    @Test
    void whoKnowsNoTransferDeclinesIt() {
        b.transfers = false;
        establish();
        refer(caller, TARGET);
        pass(100);
        assertEquals(List.of("1020 transfer ended refused 603"), a.log);
    }

    @Test
    void aPeerThatFallsSilentIsNotAwaitedForEver() {
        establish();
        refer(caller, TARGET);
        pass(100);
        referrals.getLast().accept(b.now());
        pass(300_000);
        assertEquals("181110 transfer ended unknown", a.log.getLast());
        assertTrue(caller.established());
        caller.hangUp(network.now());
        assertIdleAtLast();
    }

    @Test
    void aPeerThatHangsUpMayStillTellHowItWent() {
        establish();
        refer(caller, TARGET);
        pass(100);
        referrals.getLast().accept(b.now());
        pass(100);
        called.hangUp(network.now());
        pass(100);
        assertEquals("1210 out ended bye", a.log.getLast());
        referrals.getLast().notify(200, b.now());
        pass(100);
        assertEquals("1210 out ended bye", a.log.getLast(), "nothing is said after the end");
        assertEquals("200/NOTIFY", network.sentBy("a").getLast());
        assertEquals(0, a.host.core.dialogs());
        assertIdleAtLast();
    }

    @Test
    void anAttendedTransferNamesTheOtherCallByReplaces() {
        establish();
        c.habit = session -> session.answer(Headers.NONE, Phone.ANSWER, c.now());
        UacSession consult = a.call(c);
        pass(100);
        refer(caller, NameAddress.of(consult.takeoverTarget()));
        pass(100);
        IncomingReferral referral = referrals.getLast();
        assertEquals("sip:c@10.0.0.3:5060", referral.target().toString());
        Replaces replaces = referral.replaces().orElseThrow();
        assertEquals(consult.callId(), replaces.callId());

        c.habit = session -> {
            assertEquals(c.incoming.getFirst(), session.replaced().orElseThrow());
            session.answer(Headers.NONE, Phone.ANSWER, c.now());
            session.replaced().orElseThrow().hangUp(c.now());
        };
        UacSession taken = call(b, referral.target(), referral.headers());
        pass(100);
        assertTrue(taken.established());
        assertTrue(consult.over());
        SipRequest invite = c.incoming.getLast().request();
        assertEquals(
                "<sip:a@example.com>",
                invite.headers().first(HeaderName.REFERRED_BY).orElseThrow());
    }

    private UacSession call(Phone from, SipUri target, Headers extra) {
        return from.host.core.invite(
                new OutgoingInvite(
                        target,
                        NameAddress.of(SipUri.of(from.host.name, "example.com")),
                        NameAddress.of(target),
                        from.contact(),
                        new Hop(Transport.UDP, target.host(), 5060),
                        List.of(),
                        extra,
                        Optional.empty(),
                        Phone.OFFER),
                from.listener("out"),
                network.now());
    }

    private String replacing(String value) {
        c.log.clear();
        call(c, SipUri.parse("sip:a@10.0.0.1"), Headers.NONE.with(HeaderName.REPLACES, value));
        pass(100);
        return c.log.isEmpty() ? "rings" : c.log.getLast().split(" ", 4)[3];
    }

    @Test
    void replacesIsAnsweredAsItsRfcSays() {
        establish();
        a.incoming.clear();
        String tag = caller.takeoverTarget().header("Replaces").orElseThrow().replaceAll(".*from-tag=", "");
        String peer = called.takeoverTarget().header("Replaces").orElseThrow().replaceAll(".*from-tag=", "");
        String known = caller.callId() + ";to-tag=" + tag + ";from-tag=" + peer;
        assertEquals("refused 400", replacing("no tags"));
        assertEquals("refused 400", replacing(caller.callId() + ";to-tag=" + tag));
        assertEquals("refused 481", replacing(known + "x"));
        assertEquals("refused 481", replacing(caller.callId() + ";to-tag=" + peer + ";from-tag=" + tag));
        assertEquals("refused 486", replacing(known + ";early-only"));
        assertEquals(0, a.incoming.size());
        assertEquals("rings", replacing(known));
        assertEquals(caller, a.incoming.getLast().replaced().orElseThrow());
        a.incoming.getLast().refuse(403, Headers.NONE, network.now());
        b.host.down = true;
        caller.hangUp(network.now());
        assertEquals("refused 603", replacing(known));
    }

    @Test
    void anEarlyDialogCanBeReplacedByWhomeverWeCallAndNotByWhoCallsUs() {
        b.habit = session -> session.progress(180, b.now());
        UacSession ringing = a.call(b);
        pass(100);
        String tags = b.incoming.getLast().request().headers().from().tag();
        String to = a.responses.getLast().headers().to().tag();
        assertEquals("rings", replacing(ringing.callId() + ";to-tag=" + tags + ";from-tag=" + to + ";early-only"));
        assertEquals(ringing, a.incoming.getLast().replaced().orElseThrow());
        c.log.clear();
        call(
                c,
                SipUri.parse("sip:b@10.0.0.2"),
                Headers.NONE.with(HeaderName.REPLACES, ringing.callId() + ";to-tag=" + to + ";from-tag=" + tags));
        pass(100);
        assertTrue(c.log.getLast().endsWith("refused 481"), c.log.toString());
    }

    private String answerTo(Headers extra) {
        String[] said = new String[1];
        caller.send(
                SipMethod.REFER,
                extra,
                Body.NONE,
                new ResponseHandler() {
                    @Override
                    public void onResponse(SipResponse response, long nowNanos) {
                        said[0] = Integer.toString(response.status());
                    }

                    @Override
                    public void onFailure(TransactionFailure failure, long nowNanos) {
                        said[0] = failure.name();
                    }
                },
                network.now());
        pass(100);
        return said[0];
    }

    @Test
    void refersThatWouldDoHarmAreRefused() {
        establish();
        assertEquals("400", answerTo(Headers.NONE));
        assertEquals(
                "400", answerTo(Headers.NONE.append("Refer-To", "<sip:c@x>").append("Refer-To", "<sip:d@x>")));
        assertEquals("400", answerTo(Headers.NONE.with("Refer-To", "<sip:c d@x>")));
        assertEquals("416", answerTo(Headers.NONE.with("Refer-To", "<http://x/>")));
        assertEquals("403", answerTo(Headers.NONE.with("Refer-To", "<sip:c@x;method=BYE>")));
        assertEquals("400", answerTo(Headers.NONE.with("Refer-To", "<sip:c@x?Replaces=a%3Bto-tag%3Db>")));
        assertEquals(
                "400",
                answerTo(Headers.NONE.with("Refer-To", "<sip:c@x?Replaces=a%0D%0AX%3A1%3Bto-tag%3Db%3Bfrom-tag%3Dc>")));
        assertEquals(List.of(), referrals);
        b.referralHabit = referral -> referral.accept(b.now());
        assertEquals(
                "202",
                answerTo(
                        Headers.NONE.with(
                                "Refer-To",
                                "<sip:c@x;method=INVITE?Route=%3Csip:evil%3E&Replaces=a%40x%3Bto-tag%3Db%3Bfrom-tag%3Dc&Subject=1>")));
        IncomingReferral referral = referrals.getLast();
        assertEquals("sip:c@x", referral.target().toString());
        assertEquals("Replaces: a@x;to-tag=b;from-tag=c\r\n", referral.headers().toString());
    }

    @Test
    void aFloodOfRefersIsPutOff() {
        establish();
        b.referralHabit = referral -> referral.accept(b.now());
        for (int i = 0; i < Referrals.MAX_REFERRALS; i++) {
            assertEquals("202", answerTo(Headers.NONE.with("Refer-To", "<sip:c@x>")));
        }
        // These REFERs were sent as plain requests, so nobody knows their NOTIFYs, and 481 ends each subscription.
        assertEquals("202", answerTo(Headers.NONE.with("Refer-To", "<sip:c@x>")));
        network.swallowed = message -> VirtualNetwork.describe(message).endsWith("NOTIFY");
        for (int i = 0; i < Referrals.MAX_REFERRALS; i++) {
            assertEquals("202", answerTo(Headers.NONE.with("Refer-To", "<sip:c@x>")));
        }
        assertEquals("500", answerTo(Headers.NONE.with("Refer-To", "<sip:c@x>")));
        assertTrue(caller.established());
    }

    @Test
    void whoWantsNoReportGetsNone() {
        establish();
        b.referralHabit = referral -> {
            referral.accept(b.now());
            referral.notify(200, b.now());
        };
        caller.refer(TARGET, Headers.NONE.with(HeaderName.REFER_SUB, "false"), a.referralListener(), network.now());
        pass(100);
        assertEquals(List.of("1020 transfer ended not reported"), a.log);
        assertEquals(List.of("200/REFER"), network.sentBy("b"));
    }
}
