package offhook.server.click;

/**
 * The parameters of a signed link, decoded but otherwise as they stand in it.
 *
 * @param destnumber whom to call
 * @param user the account, {@code name@domain}
 * @param pass the MD5 in hex
 * @param time seconds since 1970 when the link was made
 * @param duration seconds that it counts
 */
public record SignedLink(String destnumber, String user, String pass, String time, String duration) {
    /** Not the signature. */
    @Override
    public String toString() {
        return "SignedLink[" + user + " to " + destnumber + "]";
    }
}
