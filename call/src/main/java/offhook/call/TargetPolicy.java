package offhook.call;

import offhook.sip.message.SipUri;

/** Where calls may be sent that somebody else asks for: a gateway that calls any address is an open relay. */
@FunctionalInterface
public interface TargetPolicy {
    /** Whether this SIP URI may be called. */
    boolean allows(SipUri target);
}
