package offhook.call;

import offhook.call.offer.MediaEncryption;
import offhook.sip.transaction.Hop;

/**
 * The SIP account that a browser brings. Every field has been checked for characters that SIP does not allow.
 *
 * @param login the user part of the address of record
 * @param authenticationName the name in digest credentials; often the login
 * @param password the digest password
 * @param domain behind the {@code @}: a host name, an IPv4 address, or an IPv6 address in brackets
 * @param registrar where requests go first: the outbound proxy, or the domain's own host and port
 * @param displayName the caller's name, empty for none
 * @param register whether to register, so that calls come in
 * @param encryption of the media towards the telephone system
 */
public record Account(
        String login,
        String authenticationName,
        String password,
        String domain,
        Hop registrar,
        String displayName,
        boolean register,
        MediaEncryption encryption) {

    /** Everything but the password, which must reach no log. */
    @Override
    public String toString() {
        return "Account[" + login + "@" + domain + " via " + registrar + (register ? ", registers]" : "]");
    }
}
