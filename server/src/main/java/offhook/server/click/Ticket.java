package offhook.server.click;

/**
 * What the call window gets for its link or login.
 *
 * @param ticket to be redeemed within 60 s
 * @param account that the call is made with, {@code user@domain}, for the window to show
 * @param destination as it will be dialled
 * @param cookie by which the login is known from now on, empty when there is nothing new to remember
 */
public record Ticket(String ticket, String account, String destination, String cookie) {
    /** Neither ticket nor cookie. */
    @Override
    public String toString() {
        return "Ticket[" + account + " to " + destination + "]";
    }
}
