package offhook.server.web;

import java.util.List;

/**
 * The embedded exchange, for the phone page of a visitor on this machine.
 *
 * @param domain what the page puts into the field of the SIP domain
 * @param port the exchange's SIP port
 * @param extensions numbers that answer by themselves
 */
public record DemoExchange(String domain, int port, List<Account> accounts, List<String> extensions) {
    public DemoExchange {
        accounts = List.copyOf(accounts);
        extensions = List.copyOf(extensions);
    }

    /** One user. */
    public record Account(String login, String password) {
        /** Without the password, which must reach no log. */
        @Override
        public String toString() {
            return "Account[" + login + "]";
        }
    }
}
