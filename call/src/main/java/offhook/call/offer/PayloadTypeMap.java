package offhook.call.offer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Payload type in, payload type out. Immutable; reading it allocates nothing. */
public final class PayloadTypeMap {
    /** No entry: drop the packet. */
    public static final int DROP = -1;
    /** Key presses that the other side cannot take as they are: hear them here, and pass them no further. */
    public static final int HERE = -2;

    private static final int SIZE = 128;

    private final byte[] table = new byte[SIZE];
    private final @Nullable AudioFormat[] formats = new AudioFormat[SIZE];
    private final int[] clockRates = new int[SIZE];

    PayloadTypeMap() {
        Arrays.fill(table, (byte) DROP);
    }

    /** The payload type to write, 0 to 127, or {@link #DROP} or {@link #HERE}. {@code payloadType} is 0 to 127. */
    public int get(int payloadType) {
        return table[payloadType];
    }

    /** What comes in under a payload type; null when it is dropped. */
    public @Nullable AudioFormat format(int payloadType) {
        return formats[payloadType];
    }

    /** The clock rate in Hz at which it goes out: another than that of {@link #format} only for key presses. */
    public int clockRate(int payloadType) {
        return clockRates[payloadType];
    }

    /** Whether key presses may come in as telephone events (RFC 4733). */
    public boolean hasKeys() {
        return Arrays.stream(formats)
                .anyMatch(format -> format != null && !format.codec().audio());
    }

    /** Only while it is being made, before anybody else sees it. The first entry for a payload type stays. */
    void putIfAbsent(AudioFormat from, AudioFormat to) {
        putIfAbsent(from, to.payloadType(), to.clockRate());
    }

    /** As {@link #putIfAbsent}, for key presses that end {@link #HERE}. */
    void hereIfAbsent(AudioFormat from) {
        putIfAbsent(from, HERE, from.clockRate());
    }

    private void putIfAbsent(AudioFormat from, int to, int clockRate) {
        int payloadType = from.payloadType();
        if (table[payloadType] == DROP) {
            table[payloadType] = (byte) to;
            formats[payloadType] = from;
            clockRates[payloadType] = clockRate;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PayloadTypeMap map && Arrays.equals(table, map.table);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(table);
    }

    /** The entries, such as {@code 111>96 0>0 126>here}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int from = 0; from < table.length; from++) {
            if (table[from] != DROP) {
                String to = table[from] == HERE ? "here" : Byte.toString(table[from]);
                text.append(text.isEmpty() ? "" : " ").append(from).append('>').append(to);
            }
        }
        return text.toString();
    }
}
