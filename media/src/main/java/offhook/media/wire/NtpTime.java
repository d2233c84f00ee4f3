package offhook.media.wire;

/**
 * NTP timestamps as RTCP carries them (RFC 3550 section 4): 32 bits of seconds since 1900 and 32 bits of fraction in one
 * {@code long}.
 */
public final class NtpTime {
    /** Seconds from 1900-01-01 to 1970-01-01. */
    private static final long EPOCH_OFFSET_SECONDS = 2_208_988_800L;

    private NtpTime() {}

    /** From milliseconds since 1970-01-01 UTC. */
    public static long ofEpochMillis(long epochMillis) {
        long seconds = Math.floorDiv(epochMillis, 1000L) + EPOCH_OFFSET_SECONDS;
        long fraction = (Math.floorMod(epochMillis, 1000L) << 32) / 1000L;
        return seconds << 32 | fraction;
    }

    /** The middle 32 bits, as report blocks carry them in LSR: units of 1/65536 s. */
    public static int middle32(long ntpTime) {
        return (int) (ntpTime >>> 16);
    }
}
