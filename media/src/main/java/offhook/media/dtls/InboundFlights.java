package offhook.media.dtls;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Queue;
import offhook.media.wire.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Makes an orderly conversation of what the network delivers while a handshake runs: plain handshake messages come out
 * whole, in order and once, each in one record, and the encrypted Finished only after the last plain message of its
 * flight. So Bouncy Castle never sees loss, reordering or duplication, is never asked to hold more than we allow, and is
 * never told to change keys too early: told so before the CertificateVerify it would drop that message for good.
 *
 * <p>Memory is bounded by {@link #MESSAGE_LIMIT} × {@link #AHEAD_LIMIT}. Not thread-safe.
 */
final class InboundFlights {
    /** The longest handshake message, in bytes. A WebRTC certificate is self-signed and ten times smaller. */
    static final int MESSAGE_LIMIT = 8_000;
    /** How many messages may be under way at once; the longest flight has five. */
    static final int AHEAD_LIMIT = 8;
    /** How many encrypted records are kept that came before the rest of their flight. */
    static final int ENCRYPTED_LIMIT = 4;
    /** How many alerts one handshake hears: warnings are rare, and a fatal one ends it. */
    static final int ALERT_LIMIT = 4;

    private static final byte[] CHANGE_CIPHER_SPEC_BODY = {1};
    /** The records of the first messages may still say 1.0 (RFC 6347 section 4.1); the rest must say 1.2. */
    private static final int LAST_HELLO_TYPE = 3;

    private static final int DTLS_1_2 = 0xFEFD;

    private final int lastPlainType;
    private final @Nullable Message[] ahead = new Message[AHEAD_LIMIT];
    private final ArrayDeque<byte[]> encrypted = new ArrayDeque<>();
    private final Queue<byte[]> ready;
    private int nextMessage;
    private long nextRecord;
    private int alerts;
    private boolean plainDone;
    private boolean cipherChanged;

    /** One handshake message, as much as is there of it. */
    private static final class Message {
        final int type;
        final byte[] whole;
        final BitSet present = new BitSet();

        Message(int type, int length) {
            this.type = type;
            this.whole = new byte[DtlsRecords.HANDSHAKE_HEADER + length];
        }

        boolean complete() {
            return present.cardinality() == whole.length - DtlsRecords.HANDSHAKE_HEADER;
        }
    }

    /**
     * @param role ours
     * @param ready where records for Bouncy Castle go
     */
    InboundFlights(DtlsRole role, Queue<byte[]> ready) {
        this.lastPlainType = switch (role) {
            case SERVER -> DtlsRecords.CERTIFICATE_VERIFY;
            case CLIENT -> DtlsRecords.SERVER_HELLO_DONE;
        };
        this.ready = ready;
    }

    /**
     * Takes one datagram apart. What is malformed, out of the window or over a limit is ignored, as RFC 6347 section
     * 4.1.2.7 asks.
     *
     * @return whether the peer repeated something that we have had: it has not got our answer
     */
    boolean onDatagram(byte[] bytes, int offset, int length) {
        boolean repeated = false;
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int recordLength = DtlsRecords.recordLength(bytes, at, end - at);
            if (recordLength < 0) {
                return repeated;
            }
            if (DtlsRecords.epoch(bytes, at) == 0) {
                repeated |= onPlainRecord(bytes, at, recordLength);
            } else {
                onEncryptedRecord(bytes, at, recordLength);
            }
            at += recordLength;
        }
        return repeated;
    }

    private boolean onPlainRecord(byte[] bytes, int record, int recordLength) {
        int version = Bytes.u16(bytes, record + 1);
        int body = record + DtlsRecords.HEADER;
        int bodyLength = recordLength - DtlsRecords.HEADER;
        return switch (DtlsRecords.type(bytes, record)) {
            case DtlsRecords.HANDSHAKE -> onFragments(bytes, body, bodyLength, version);
            case DtlsRecords.ALERT -> {
                if (bodyLength == 2 && alerts++ < ALERT_LIMIT) {
                    deliver(DtlsRecords.ALERT, version, bytes, body, bodyLength);
                }
                yield false;
            }
            // ChangeCipherSpec among them: the Finished behind it says the same, and authentically.
            default -> false;
        };
    }

    private boolean onFragments(byte[] bytes, int offset, int length, int version) {
        boolean repeated = false;
        int at = offset;
        int end = offset + length;
        while (end - at >= DtlsRecords.HANDSHAKE_HEADER) {
            int fragmentLength = Bytes.u24(bytes, at + 9);
            int next = at + DtlsRecords.HANDSHAKE_HEADER + fragmentLength;
            if (next > end) {
                break;
            }
            int sequence = Bytes.u16(bytes, at + 4);
            if (sequence < nextMessage) {
                repeated = true;
            } else if (sequence < nextMessage + AHEAD_LIMIT && !plainDone) {
                onFragment(bytes, at, sequence, fragmentLength);
            }
            at = next;
        }
        deliverMessages(version);
        return repeated;
    }

    private void onFragment(byte[] bytes, int fragment, int sequence, int fragmentLength) {
        int type = Bytes.u8(bytes, fragment);
        int length = Bytes.u24(bytes, fragment + 1);
        int fragmentOffset = Bytes.u24(bytes, fragment + 6);
        if (length > MESSAGE_LIMIT || fragmentOffset + fragmentLength > length) {
            return;
        }
        Message message = ahead[sequence % AHEAD_LIMIT];
        if (message == null) {
            message = new Message(type, length);
            writeWholeHeader(message.whole, type, length, sequence);
            ahead[sequence % AHEAD_LIMIT] = message;
        } else if (message.type != type || message.whole.length != DtlsRecords.HANDSHAKE_HEADER + length) {
            return;
        }
        System.arraycopy(
                bytes,
                fragment + DtlsRecords.HANDSHAKE_HEADER,
                message.whole,
                DtlsRecords.HANDSHAKE_HEADER + fragmentOffset,
                fragmentLength);
        message.present.set(fragmentOffset, fragmentOffset + fragmentLength);
    }

    private static void writeWholeHeader(byte[] message, int type, int length, int sequence) {
        Bytes.put8(message, 0, type);
        Bytes.put24(message, 1, length);
        Bytes.put16(message, 4, sequence);
        Bytes.put24(message, 9, length);
    }

    private void deliverMessages(int version) {
        Message message;
        while (!plainDone && (message = ahead[nextMessage % AHEAD_LIMIT]) != null && message.complete()) {
            ahead[nextMessage % AHEAD_LIMIT] = null;
            nextMessage++;
            int messageVersion = message.type <= LAST_HELLO_TYPE ? version : DTLS_1_2;
            deliver(DtlsRecords.HANDSHAKE, messageVersion, message.whole, 0, message.whole.length);
            if (message.type == lastPlainType) {
                plainDone = true;
                encrypted.forEach(this::deliverEncrypted);
                encrypted.clear();
            }
        }
    }

    private void deliver(int type, int version, byte[] bytes, int offset, int length) {
        ready.add(DtlsRecords.plain(type, version, nextRecord++, bytes, offset, length));
    }

    /** Only handshake messages and alerts have a business here before the handshake is done. */
    private void onEncryptedRecord(byte[] bytes, int record, int recordLength) {
        int type = DtlsRecords.type(bytes, record);
        if (type != DtlsRecords.HANDSHAKE && type != DtlsRecords.ALERT) {
            return;
        }
        byte[] copy = Arrays.copyOfRange(bytes, record, record + recordLength);
        if (plainDone) {
            deliverEncrypted(copy);
        } else if (encrypted.size() < ENCRYPTED_LIMIT) {
            encrypted.add(copy);
        }
    }

    /** Behind our own ChangeCipherSpec: until then Bouncy Castle hears plain alerts, and only until then. */
    private void deliverEncrypted(byte[] record) {
        if (!cipherChanged) {
            cipherChanged = true;
            deliver(DtlsRecords.CHANGE_CIPHER_SPEC, DTLS_1_2, CHANGE_CIPHER_SPEC_BODY, 0, 1);
        }
        ready.add(record);
    }
}
