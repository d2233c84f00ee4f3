package offhook.media.dtls;

import java.util.List;

/**
 * How an association behaves. Times are in nanoseconds.
 *
 * @param profiles SRTP protection profiles we accept, the best first; as a server our order decides
 * @param firstResendNanos how long a flight stays unanswered before it is sent again; doubled each time
 * @param longestResendNanos where the doubling ends
 * @param handshakeLimitNanos when a handshake that is not done has failed, counted from {@code start}
 */
public record DtlsSettings(
        List<SrtpProfileId> profiles, long firstResendNanos, long longestResendNanos, long handshakeLimitNanos) {
    /** 100 ms doubling to 3 s, 30 s in all. */
    public static final DtlsSettings DEFAULT = new DtlsSettings(
            List.of(SrtpProfileId.AES_CM_128_HMAC_SHA1_80, SrtpProfileId.AEAD_AES_128_GCM),
            100_000_000L,
            3_000_000_000L,
            30_000_000_000L);

    public DtlsSettings {
        profiles = List.copyOf(profiles);
        if (profiles.isEmpty()) {
            throw new IllegalArgumentException("no SRTP protection profile");
        }
        if (firstResendNanos <= 0 || longestResendNanos < firstResendNanos || handshakeLimitNanos < firstResendNanos) {
            throw new IllegalArgumentException("handshake times must be positive and in order");
        }
    }

    /** The same with other profiles, the best first. */
    public DtlsSettings withProfiles(List<SrtpProfileId> profiles) {
        return new DtlsSettings(profiles, firstResendNanos, longestResendNanos, handshakeLimitNanos);
    }
}
