package offhook.media.dtls;

import offhook.media.wire.Bytes;

/**
 * Where things stand in a DTLS 1.2 record (RFC 6347 section 4.1) and in the handshake messages that plain ones carry
 * (section 4.2.2).
 *
 * <pre>
 *  0      1         3       5                 11       13
 * +------+---------+-------+-----------------+--------+----------
 * | type | version | epoch | sequence number | length | fragment
 * +------+---------+-------+-----------------+--------+----------
 *
 *  0      1        4             6                 9                 12
 * +------+--------+-------------+-----------------+-----------------+------
 * | type | length | message_seq | fragment_offset | fragment_length | body      in a handshake record
 * +------+--------+-------------+-----------------+-----------------+------
 * </pre>
 */
final class DtlsRecords {
    static final int HEADER = 13;
    static final int HANDSHAKE_HEADER = 12;

    static final int CHANGE_CIPHER_SPEC = 20;
    static final int ALERT = 21;
    static final int HANDSHAKE = 22;

    static final int SERVER_HELLO_DONE = 14;
    static final int CERTIFICATE_VERIFY = 15;

    /** The first byte of every DTLS version: versions count downwards from 1's complement of 1.0. */
    private static final int MAJOR_VERSION = 0xFE;

    private DtlsRecords() {}

    /**
     * The length of the record that begins here, header included.
     *
     * @return -1 when there is none: too short, of another protocol, or longer than what is left
     */
    static int recordLength(byte[] bytes, int offset, int left) {
        if (left < HEADER || Bytes.u8(bytes, offset + 1) != MAJOR_VERSION) {
            return -1;
        }
        int length = HEADER + Bytes.u16(bytes, offset + 11);
        return length <= left ? length : -1;
    }

    static int type(byte[] record, int offset) {
        return Bytes.u8(record, offset);
    }

    static int epoch(byte[] record, int offset) {
        return Bytes.u16(record, offset + 3);
    }

    /** A plain record of our own making, with a copy of the body. */
    static byte[] plain(int type, int version, long sequenceNumber, byte[] body, int offset, int length) {
        byte[] record = new byte[HEADER + length];
        Bytes.put8(record, 0, type);
        Bytes.put16(record, 1, version);
        Bytes.put16(record, 5, (int) (sequenceNumber >>> 32));
        Bytes.put32(record, 7, (int) sequenceNumber);
        Bytes.put16(record, 11, length);
        System.arraycopy(body, offset, record, HEADER, length);
        return record;
    }
}
