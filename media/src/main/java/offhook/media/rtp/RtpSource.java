package offhook.media.rtp;

import java.util.random.RandomGenerator;

/**
 * A stream whose samples we make ourselves: numbers its packets (RFC 3550 section 5.1). Not thread-safe.
 */
public final class RtpSource {
    private final int ssrc;
    private int sequenceNumber;
    private int timestamp;
    private boolean started;

    /** A stream with a random SSRC, first sequence number and first timestamp. */
    public RtpSource(RandomGenerator random) {
        this.ssrc = random.nextInt();
        // Below 2^15, so that a receiver of SRTP that misses the first packets cannot guess a wrong rollover (RFC 3711
        // section 3.3.1).
        this.sequenceNumber = random.nextInt(1 << 15);
        this.timestamp = random.nextInt();
    }

    public int ssrc() {
        return ssrc;
    }

    /** The timestamp that the next packet of audio has. */
    public int timestamp() {
        return timestamp;
    }

    /** Lets time pass: {@code ticks} units of the clock rate, whether or not a packet was written for them. */
    public void advance(int ticks) {
        timestamp += ticks;
    }

    /**
     * Writes the header of the next packet of audio. The marker is set on the first one.
     *
     * @return bytes written: 12
     */
    public int writeHeader(byte[] bytes, int offset, int payloadType) {
        boolean marker = !started;
        return writeHeader(bytes, offset, payloadType, marker, timestamp);
    }

    /**
     * Writes the header of the next packet with a marker and timestamp of its own, as telephone events have them.
     *
     * @return bytes written: 12
     */
    public int writeHeader(byte[] bytes, int offset, int payloadType, boolean marker, int rtpTimestamp) {
        started = true;
        RtpHeader.write(bytes, offset, marker, payloadType, sequenceNumber, rtpTimestamp, ssrc);
        sequenceNumber = (sequenceNumber + 1) & 0xFFFF;
        return RtpHeader.FIXED_LENGTH;
    }
}
