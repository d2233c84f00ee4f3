package offhook.sip.digest;

/** A digest user name and its password. The password is never printed. */
public record Credentials(String user, String password) {
    @Override
    public String toString() {
        return "Credentials[user=" + user + ", password=***]";
    }
}
