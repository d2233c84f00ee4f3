package offhook.server.web;

import offhook.call.Account;

/** Makes an account of what a person types into the call window. */
@FunctionalInterface
public interface LoginAccounts {
    /**
     * The account.
     *
     * @param typed an extension, or {@code extension@domain}
     * @throws offhook.server.signalling.GrantRefused when it cannot be used
     */
    Account of(String typed, String password);
}
