package offhook.media.rtp;

import java.util.random.RandomGenerator;

/** One outgoing stream. */
public final class RtpContinuity {
    private final int ssrc;
    private int clockRate;

    /**
     * @param ssrc what the far side sees, whatever comes in
     * @param clockRate RTP timestamp units per second, positive
     */
    public RtpContinuity(int ssrc, int clockRate, RandomGenerator random) {
        this.ssrc = ssrc;
        this.clockRate = clockRate;
    }

    public int ssrc() {
        return ssrc;
    }

    /** The codec changed to one with another clock. */
    public void clockRate(int clockRate) {
        this.clockRate = clockRate;
    }

    /** @return 0, or the negative code of an {@link RtpDrop} */
    public int rewrite(byte[] bytes, int offset, int length, long nowNanos) {
        return clockRate < 0 ? 0 : RtpHeader.headerLength(bytes, offset, length) < 0 ? -1 : 0;
    }
}
