package offhook.server.signalling;

/** One browser's connection, as the web server has it. Thread-safe, but {@link #send} has one caller at a time. */
public interface Link {
    /**
     * Sends a text frame; waits while the browser does not read.
     *
     * @return false when the connection is gone
     */
    boolean send(String text);

    /** Says goodbye and closes. */
    void close(int code, String reason);

    /** Cuts the connection; a {@link #send} that waits comes back. Returns at once. */
    void cut();

    /** The browser's address, without a port. */
    String peer();

    /** Where the page comes from that connects (RFC 6455 section 10.2), empty when nobody says. */
    String origin();
}
