package offhook.media.sdp;

/** A text that is no session description. Says which line is wrong, what is wrong with it and what would be right. */
public final class SdpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    SdpException(int line, String problem, String remedy) {
        super((line == 0 ? "SDP: " : "SDP line " + line + ": ") + problem + "; " + remedy);
        this.line = line;
    }

    /** The line's number, the first being 1; 0 when the description as a whole is meant. */
    public int line() {
        return line;
    }
}
