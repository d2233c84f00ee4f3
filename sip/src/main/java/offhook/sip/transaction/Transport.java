package offhook.sip.transaction;

/** How SIP messages travel (RFC 3261 section 18). */
public enum Transport {
    UDP("UDP", false, 5060),
    TCP("TCP", true, 5060),
    TLS("TLS", true, 5061);

    private final String word;
    private final boolean reliable;
    private final int defaultPort;

    Transport(String word, boolean reliable, int defaultPort) {
        this.word = word;
        this.reliable = reliable;
        this.defaultPort = defaultPort;
    }

    /** The word in a Via header: {@code SIP/2.0/UDP}. */
    public String word() {
        return word;
    }

    /** Whether the transport itself repeats what is lost, so that no transaction has to. */
    public boolean reliable() {
        return reliable;
    }

    /** The port that holds where a URI or a sent-by names none. */
    public int defaultPort() {
        return defaultPort;
    }
}
