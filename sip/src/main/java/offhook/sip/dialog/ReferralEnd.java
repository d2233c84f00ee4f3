package offhook.sip.dialog;

import offhook.sip.message.SipResponse;
import offhook.sip.transaction.TransactionFailure;

/** How a referral ended. */
public sealed interface ReferralEnd {
    /**
     * The peer's call to the target was answered or refused.
     *
     * @param status 200 to 699
     * @param reason the peer's words, on one line
     */
    record Reported(int status, String reason) implements ReferralEnd {}

    /** The peer does as asked, but will not say how it goes (RFC 4488). */
    record NotReported() implements ReferralEnd {}

    /** The peer agreed and then told no end: it closed the subscription, or fell silent for {@link Referral#PATIENCE}. */
    record Unknown() implements ReferralEnd {}

    /** The peer will not: 300 to 699 to the REFER. 408 and 481 end the session, too. */
    record Refused(SipResponse response) implements ReferralEnd {}

    /** No response to the REFER; a timeout ends the session, too. */
    record Failed(TransactionFailure failure) implements ReferralEnd {}
}
