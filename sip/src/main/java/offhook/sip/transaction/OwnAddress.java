package offhook.sip.transaction;

import offhook.sip.message.SipRequest;

/** What the requests that leave say of where we are. Which of our addresses that is depends on where they go. */
@FunctionalInterface
public interface OwnAddress {
    /** What our Via says on the way to a target. */
    SentBy sentBy(Hop target);

    /**
     * The request as it leaves for a target. A user agent puts its Contact right here (RFC 3261 section 8.1.1.8): how the
     * peer is to reach us is known only once its transport and its address family are.
     */
    default SipRequest addressed(SipRequest request, Hop target) {
        return request;
    }
}
