package offhook.media.dtls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import offhook.media.wire.Bytes;

/**
 * Collects the records that Bouncy Castle sends: packs them into as few datagrams as they fit in, and holds back the
 * repetitions that nobody asked for. Not thread-safe.
 */
final class OutboundFlight {
    /** The longest datagram, in bytes: it passes any path that carries WebRTC. */
    static final int DATAGRAM_LIMIT = 1_200;

    /** Above all plain handshake messages, whose position is message_seq and fragment_offset. */
    private static final long CHANGE_CIPHER_SPEC_POSITION = 1L << 40;

    private static final long ENCRYPTED_POSITION = CHANGE_CIPHER_SPEC_POSITION + 1;

    private final List<byte[]> datagrams = new ArrayList<>();
    private final byte[] packing = new byte[DATAGRAM_LIMIT];
    private int packed;
    private long highestPosition = -1;
    private boolean repeatsAllowed;
    private boolean fresh;
    private boolean repeated;

    /** Takes one record. */
    void add(byte[] record, int offset, int length) {
        if (DtlsRecords.type(record, offset) != DtlsRecords.ALERT) {
            long position = position(record, offset);
            if (position > highestPosition) {
                highestPosition = position;
                fresh = true;
            } else if (repeatsAllowed) {
                repeated = true;
            } else {
                return;
            }
        }
        pack(record, offset, length);
    }

    /** How far into the handshake a record is: a repetition is not further than what went before it. */
    private static long position(byte[] record, int offset) {
        if (DtlsRecords.epoch(record, offset) > 0) {
            return ENCRYPTED_POSITION;
        }
        if (DtlsRecords.type(record, offset) == DtlsRecords.CHANGE_CIPHER_SPEC) {
            return CHANGE_CIPHER_SPEC_POSITION;
        }
        int message = offset + DtlsRecords.HEADER;
        return (long) Bytes.u16(record, message + 4) << 24 | Bytes.u24(record, message + 6);
    }

    private void pack(byte[] record, int offset, int length) {
        if (packed + length > DATAGRAM_LIMIT) {
            flush();
        }
        if (length > DATAGRAM_LIMIT) {
            datagrams.add(Arrays.copyOfRange(record, offset, offset + length));
            return;
        }
        System.arraycopy(record, offset, packing, packed, length);
        packed += length;
    }

    private void flush() {
        if (packed > 0) {
            datagrams.add(Arrays.copyOf(packing, packed));
            packed = 0;
        }
    }

    /** Whether records may go out that went out before. */
    void allowRepeats(boolean allowed) {
        repeatsAllowed = allowed;
    }

    /** Whether records of the handshake went out, since {@link #take}, that never went out before. */
    boolean fresh() {
        return fresh;
    }

    /** Whether records of the handshake went out again since {@link #take}. */
    boolean repeated() {
        return repeated;
    }

    /** The datagrams to send, in order; forgets them. */
    List<byte[]> take() {
        flush();
        List<byte[]> taken = List.copyOf(datagrams);
        datagrams.clear();
        fresh = false;
        repeated = false;
        return taken;
    }
}
