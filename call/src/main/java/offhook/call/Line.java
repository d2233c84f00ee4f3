package offhook.call;

import java.util.Optional;
import offhook.sip.dialog.OutgoingInvite;
import offhook.sip.dialog.UserAgentCore;
import offhook.sip.digest.Credentials;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipUri;

/** The SIP user that a call belongs to, as the call sees it. */
public interface Line {
    UserAgentCore core();

    /** Where SIP peers reach this user. */
    NameAddress contact();

    /** For challenges to our requests. */
    Optional<Credentials> credentials();

    /**
     * An INVITE of this user, still without an offer.
     *
     * @param displayName ours, as the called one is to see it
     * @param extra further headers
     */
    OutgoingInvite invite(SipUri target, String displayName, Headers extra);

    /** Our name unless somebody asks for another; may be empty. */
    String displayName();

    /** Whether somebody else may have us call this target. */
    boolean allows(SipUri target);

    /** Whether the telephone system's word on who the peer is counts (P-Asserted-Identity, RFC 3325). */
    boolean trustsIdentities();
}
