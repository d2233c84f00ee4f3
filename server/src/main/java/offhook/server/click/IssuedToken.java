package offhook.server.click;

/**
 * A call token that this server signed.
 *
 * @param token the JWT
 * @param expires seconds since 1970
 */
public record IssuedToken(String token, long expires) {
    /** Not the token. */
    @Override
    public String toString() {
        return "IssuedToken[expires=" + expires + "]";
    }
}
