package offhook.call.bridge;

/** What became of the packets of one direction of a loop's calls. Written by their owner, and read there too. */
public final class PathCounts {
    private long relayed;
    private long notAgreed;
    private long discarded;

    /** Packets passed on. */
    public long relayed() {
        return relayed;
    }

    /** Packets of a payload type that the two sides did not agree on. */
    public long notAgreed() {
        return notAgreed;
    }

    /** Packets that nobody wants, or that have no place in the stream ({@link offhook.media.rtp.RtpDrop}). */
    public long discarded() {
        return discarded;
    }

    void countRelayed() {
        relayed++;
    }

    void countNotAgreed() {
        notAgreed++;
    }

    void countDiscarded() {
        discarded++;
    }
}
