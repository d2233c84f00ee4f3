package offhook.call.offer;

/**
 * A codec under the payload type that one side of one leg gave it.
 *
 * @param payloadType 0 to 127
 * @param clockRate RTP clock rate in Hz
 * @param fmtp format parameters (RFC 8866 6.15) without the payload type, empty when there are none
 */
public record AudioFormat(Codec codec, int payloadType, int clockRate, String fmtp) {
    public AudioFormat {
        if (payloadType < 0 || payloadType > 127) {
            throw new IllegalArgumentException("payload type " + payloadType + " is not between 0 and 127");
        }
    }

    /** The codec at its own clock rate, without parameters. */
    public AudioFormat(Codec codec, int payloadType) {
        this(codec, payloadType, codec.clockRate(), "");
    }

    /** The two may be relayed into each other: same codec, same clock rate. */
    public boolean sameCodec(AudioFormat other) {
        return codec == other.codec && clockRate == other.clockRate;
    }

    AudioFormat withFmtp(String other) {
        return new AudioFormat(codec, payloadType, clockRate, other);
    }

    AudioFormat withPayloadType(int other) {
        return new AudioFormat(codec, other, clockRate, fmtp);
    }
}
