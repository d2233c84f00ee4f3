package offhook.call;

import offhook.call.offer.MediaEncryption;
import offhook.sip.transaction.Hop;

/**
 * The SIP account that a browser brings, or that the server has for it. Every field has been checked for characters that SIP does not allow.
 *
 * @param login the user part of the address of record
 * @param authenticationName the name in digest credentials; often the login
 * @param password the digest password
 * @param domain behind the {@code @}: a host name, an IPv4 address, or an IPv6 address in brackets
 * @param registrar where requests go first: the outbound proxy, or the domain's own host and port
 * @param displayName the caller's name, empty for none
 * @param register whether to register, so that calls come in
 * @param encryption of the media towards the telephone system
 * @param takesCalls whether a call that comes in rings, by registration or by the plain login
 */
public record Account(
        String login,
        String authenticationName,
        String password,
        String domain,
        Hop registrar,
        String displayName,
        boolean register,
        MediaEncryption encryption,
        boolean takesCalls) {

    /** One that takes calls. */
    public Account(
            String login,
            String authenticationName,
            String password,
            String domain,
            Hop registrar,
            String displayName,
            boolean register,
            MediaEncryption encryption) {
        this(login, authenticationName, password, domain, registrar, displayName, register, encryption, true);
    }

    /** The same account for calls out alone: it does not register, and nobody reaches it. */
    public Account outgoingOnly() {
        return new Account(
                login, authenticationName, password, domain, registrar, displayName, false, encryption, false);
    }

    /** Everything but the password, which must reach no log. */
    @Override
    public String toString() {
        return "Account[" + login + "@" + domain + " via " + registrar + (register ? ", registers]" : "]");
    }
}
