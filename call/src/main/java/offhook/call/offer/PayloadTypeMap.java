package offhook.call.offer;

import java.util.Arrays;

/** Payload type in, payload type out. Immutable; reading it allocates nothing. */
public final class PayloadTypeMap {
    /** No entry: drop the packet. */
    public static final int DROP = -1;

    private final byte[] table = new byte[128];

    PayloadTypeMap() {
        Arrays.fill(table, (byte) DROP);
    }

    /** The payload type to write, 0 to 127, or {@link #DROP}. {@code payloadType} is 0 to 127. */
    public int get(int payloadType) {
        return table[payloadType];
    }

    /** Only while it is being made, before anybody else sees it. The first entry for a payload type stays. */
    void putIfAbsent(int from, int to) {
        if (table[from] == DROP) {
            table[from] = (byte) to;
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

    /** The entries, such as {@code 111>96 0>0}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int from = 0; from < table.length; from++) {
            if (table[from] != DROP) {
                text.append(text.isEmpty() ? "" : " ").append(from).append('>').append(table[from]);
            }
        }
        return text.toString();
    }
}
