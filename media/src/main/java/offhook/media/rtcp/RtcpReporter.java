package offhook.media.rtcp;

import java.util.random.RandomGenerator;
import offhook.media.rtp.ReceptionStatistics;
import offhook.media.rtp.SendingStatistics;

/** Our own RTCP towards one peer (RFC 3550 section 6). Not thread-safe. */
public final class RtcpReporter {
    private final Outbox outbox;

    /** Where reports go. */
    @FunctionalInterface
    public interface Outbox {
        /** Sends a compound packet, not yet encrypted; the bytes are lent for this call, with room behind for a tag. */
        void transmit(byte[] bytes, int offset, int length);
    }

    /**
     * @param ssrc of the stream that we send, or would send
     * @param cname at most 255 bytes of UTF-8
     * @param epochMillisAtNanosZero the wall clock, in milliseconds since 1970, at the moment when {@code nowNanos} is 0
     */
    public RtcpReporter(
            int ssrc,
            String cname,
            SendingStatistics sending,
            ReceptionStatistics reception,
            long epochMillisAtNanosZero,
            RandomGenerator random,
            Outbox outbox) {
        this.outbox = outbox;
    }

    /** Media can flow from now on: the first report follows in about 2.5 seconds. */
    public void start(long nowNanos) {}

    /** @return 0, or the negative code of an {@link RtcpDrop} */
    public int onRtcp(byte[] bytes, int offset, int length, long nowNanos) {
        return 0;
    }

    /** To be called when {@link #deadlineNanos} has come. */
    public void onDeadline(long nowNanos) {}

    /** When the next report is due. */
    public long deadlineNanos() {
        return Long.MAX_VALUE;
    }

    /** Says that we leave, and says nothing more. */
    public void bye(long nowNanos) {
        outbox.transmit(new byte[0], 0, 0);
    }

    /** The latest round trip in nanoseconds; -1 when unknown. */
    public long roundTripNanos() {
        return -1;
    }

    /** The part of our packets that the peer missed lately, in 1/256: 0 to 255; -1 when unknown. */
    public int peerFractionLost() {
        return -1;
    }

    /** How many of our packets the peer missed in all, within 24 bits signed; 0 when unknown. */
    public int peerCumulativeLost() {
        return 0;
    }

    /** The jitter of our stream at the peer, in units of our clock rate; -1 when unknown. */
    public long peerJitter() {
        return -1;
    }

    /** Whether the peer said that it leaves. */
    public boolean peerLeft() {
        return false;
    }
}
