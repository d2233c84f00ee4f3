package offhook.media.dtls;

/**
 * What a handshake is for: the master keys of both directions (RFC 5764 section 4.2). {@code local} keys protect what we
 * send, {@code remote} keys what we receive. Its text never shows a key.
 */
@SuppressWarnings("ArrayRecordComponent") // Key material is handed on once and compared by nobody.
public record SrtpKeys(
        SrtpProfileId profile,
        byte[] localMasterKey,
        byte[] localMasterSalt,
        byte[] remoteMasterKey,
        byte[] remoteMasterSalt) {
    @Override
    public String toString() {
        return "SrtpKeys[" + profile + "]";
    }
}
