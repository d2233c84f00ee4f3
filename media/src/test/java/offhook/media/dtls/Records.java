package offhook.media.dtls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import offhook.media.wire.Bytes;

/** Takes datagrams apart as a network with another MTU, or another implementation, would have made them. */
final class Records {
    private Records() {}

    /** Each record of a datagram as a datagram of its own. */
    static List<byte[]> split(byte[] datagram) {
        List<byte[]> records = new ArrayList<>();
        int at = 0;
        while (at < datagram.length) {
            int length = DtlsRecords.recordLength(datagram, at, datagram.length - at);
            records.add(Arrays.copyOfRange(datagram, at, at + length));
            at += length;
        }
        return records;
    }

    /** A record with one plain handshake message, as records with fragments of at most this many bytes. */
    static List<byte[]> fragment(byte[] record, int size) {
        int message = DtlsRecords.HEADER;
        int body = message + DtlsRecords.HANDSHAKE_HEADER;
        int length = Bytes.u24(record, message + 1);
        List<byte[]> fragments = new ArrayList<>();
        for (int from = 0; from < length; from += size) {
            int fragmentLength = Math.min(size, length - from);
            byte[] fragment = new byte[body + fragmentLength];
            System.arraycopy(record, 0, fragment, 0, body);
            Bytes.put32(fragment, 7, fragments.size());
            Bytes.put16(fragment, 11, DtlsRecords.HANDSHAKE_HEADER + fragmentLength);
            Bytes.put24(fragment, message + 6, from);
            Bytes.put24(fragment, message + 9, fragmentLength);
            System.arraycopy(record, body + from, fragment, body, fragmentLength);
            fragments.add(fragment);
        }
        return fragments;
    }
}
