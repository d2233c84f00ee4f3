package offhook.server.click;

/**
 * What a call token says, its signature and its times already checked.
 *
 * @param line that it is for
 * @param destination whom to call, as written; the claim {@code sub}
 * @param origin of the page that it is for
 * @param name the caller's, empty for none
 * @param id by which it is known when it comes again; the claim {@code jti}
 * @param expiresSeconds seconds since 1970
 */
record CallToken(Line line, String destination, String origin, String name, String id, long expiresSeconds) {}
