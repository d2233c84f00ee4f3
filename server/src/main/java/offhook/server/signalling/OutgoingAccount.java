package offhook.server.signalling;

import offhook.call.Account;

/**
 * An account for calls out alone, as an operator or a person wrote it down.
 *
 * @param login the user part
 * @param authenticationName empty for the login
 * @param domain a name or an address, with a port or without
 * @param outboundProxy where its requests go first, with a port and {@code ;transport=} or without; empty for the domain
 */
public record OutgoingAccount(
        String login, String authenticationName, String password, String domain, String outboundProxy) {
    /**
     * The account, checked as any that a browser brings.
     *
     * @param domains that it may be of
     * @throws GrantRefused naming the field that cannot be used
     */
    public Account checked(DomainPolicy domains) {
        try {
            return Fields.account(login, authenticationName, password, domain, outboundProxy, "", "", false, domains)
                    .outgoingOnly();
        } catch (FieldRefused e) {
            throw e.ofGrant();
        }
    }

    /** Without the password, which must reach no log. */
    @Override
    public String toString() {
        return "OutgoingAccount[" + login + "@" + domain + "]";
    }
}
