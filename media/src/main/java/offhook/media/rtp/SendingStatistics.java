package offhook.media.rtp;

/**
 * Counts one stream that we send, for the sender reports about it (RFC 3550 section 6.4.1). Not thread-safe.
 */
public final class SendingStatistics {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private int clockRate;
    private long packets;
    private long octets;
    private int lastTimestamp;
    private long lastNanos;

    /** @param clockRate RTP timestamp units per second, positive */
    public SendingStatistics(int clockRate) {
        this.clockRate = clockRate;
    }

    /** The codec changed to one with another clock. */
    public void clockRate(int clockRate) {
        this.clockRate = clockRate;
    }

    /** Counts a packet as it is sent, before any encryption: its header and length must be sound. */
    public void onRtp(byte[] bytes, int offset, int length, long nowNanos) {
        packets++;
        octets += Math.max(0, RtpHeader.payloadLength(bytes, offset, length));
        int timestamp = RtpHeader.timestamp(bytes, offset);
        if (timestamp != lastTimestamp || packets == 1) {
            // The packets of one telephone event share the time of its start.
            lastTimestamp = timestamp;
            lastNanos = nowNanos;
        }
    }

    /** Packets since the beginning. */
    public long packets() {
        return packets;
    }

    /** Bytes of payload since the beginning. */
    public long octets() {
        return octets;
    }

    /** What the stream's timestamp is at a moment, reckoned on from the latest packet. */
    public int rtpTimestampAt(long nowNanos) {
        long elapsed = nowNanos - lastNanos;
        long ticks = elapsed / NANOS_PER_SECOND * clockRate + elapsed % NANOS_PER_SECOND * clockRate / NANOS_PER_SECOND;
        return lastTimestamp + (int) ticks;
    }
}
