package offhook.server.click;

/**
 * A wish for a call token, as it came.
 *
 * @param line its name
 * @param destination whom to call, empty for the line's first
 * @param origin of the page that will call
 * @param name the caller's, empty for the line's
 * @param seconds that the token is to live; 0 for the most that is allowed
 */
public record TokenRequest(String line, String destination, String origin, String name, int seconds) {}
