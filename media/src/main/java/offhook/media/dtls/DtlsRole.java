package offhook.media.dtls;

/** Who begins the handshake. */
public enum DtlsRole {
    /** We send the ClientHello: {@code a=setup:active} is ours. */
    CLIENT,
    /** We wait for it: {@code a=setup:passive} is ours. */
    SERVER
}
