package offhook.media.srtp;

/** One direction of a secured session: all its SSRCs, RTP and RTCP, under one master key. Not thread-safe: one owner. */
public final class SrtpContext {
    /** How many SSRCs a context remembers. */
    public static final int SSRC_LIMIT = 8;

    private final SrtpProfile profile;
    private final long[] dropped = new long[SrtpDrop.values().length];

    /**
     * @param masterKey {@link SrtpProfile#keyLength()} bytes, copied
     * @param masterSalt {@link SrtpProfile#saltLength()} bytes, copied
     */
    public SrtpContext(SrtpProfile profile, byte[] masterKey, byte[] masterSalt) {
        if (masterKey.length != profile.keyLength() || masterSalt.length != profile.saltLength()) {
            throw new IllegalArgumentException("master key or salt of a wrong length for " + profile);
        }
        this.profile = profile;
    }

    /** The profile that this context speaks. */
    public SrtpProfile profile() {
        return profile;
    }

    /** How many packets were refused for this reason. */
    public long dropped(SrtpDrop reason) {
        return dropped[-1 - reason.code()];
    }

    /** @return the new length, or {@link SrtpDrop#code()} */
    public int protect(byte[] bytes, int offset, int length) {
        return SrtpDrop.MALFORMED.code();
    }

    /** @return the new length, or {@link SrtpDrop#code()} */
    public int unprotect(byte[] bytes, int offset, int length) {
        return SrtpDrop.MALFORMED.code();
    }

    /** @return the new length, or {@link SrtpDrop#code()} */
    public int protectRtcp(byte[] bytes, int offset, int length) {
        return SrtpDrop.MALFORMED.code();
    }

    /** @return the new length, or {@link SrtpDrop#code()} */
    public int unprotectRtcp(byte[] bytes, int offset, int length) {
        return SrtpDrop.MALFORMED.code();
    }
}
