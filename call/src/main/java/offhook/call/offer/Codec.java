package offhook.call.offer;

/** The RTP payload formats that are relayed. A name, clock rate and channel count is what both sides must share. */
public enum Codec {
    /** RFC 7587. */
    OPUS("opus", 48_000, 2),
    /** RFC 3551 4.5.2: sampled at 16 kHz, but its RTP clock is 8000 by an old mistake that became the rule. */
    G722("G722", 8_000, 1),
    /** RFC 3551 4.5.14. */
    PCMU("PCMU", 8_000, 1),
    /** RFC 3551 4.5.14. */
    PCMA("PCMA", 8_000, 1),
    /** RFC 4733. The clock rate here is the usual one: the format itself says which it has. */
    TELEPHONE_EVENT("telephone-event", 8_000, 1);

    private final String encodingName;
    private final int clockRate;
    private final int channels;

    Codec(String encodingName, int clockRate, int channels) {
        this.encodingName = encodingName;
        this.clockRate = clockRate;
        this.channels = channels;
    }

    /** The name in {@code a=rtpmap}; compared without regard to case. */
    public String encodingName() {
        return encodingName;
    }

    /** RTP clock rate in Hz. */
    public int clockRate() {
        return clockRate;
    }

    /** Channel count as {@code a=rtpmap} states it: 2 for opus whatever it carries. */
    public int channels() {
        return channels;
    }

    /** Carries sound, not key presses. */
    public boolean audio() {
        return this != TELEPHONE_EVENT;
    }

    /**
     * Whether the codec exists at this clock rate. Key presses go by the clock of the audio beside them (RFC 4733 2.1), so
     * only those rates are of use that one of the audio codecs has.
     */
    boolean runsAt(int hertz) {
        return switch (this) {
            case OPUS, G722, PCMU, PCMA -> hertz == clockRate;
            case TELEPHONE_EVENT -> hertz == OPUS.clockRate || hertz == PCMU.clockRate;
        };
    }
}
