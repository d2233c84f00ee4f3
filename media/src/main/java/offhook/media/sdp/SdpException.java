package offhook.media.sdp;

/** A text that is no session description. Says which line is wrong, what is wrong with it and what would be right. */
public final class SdpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String sentence;

    SdpException(int line, String problem, String remedy) {
        this.line = line;
        this.sentence = (line == 0 ? "SDP: " : "SDP line " + line + ": ") + problem + "; " + remedy;
    }

    @Override
    public String getMessage() {
        return sentence;
    }

    /** The line's number, the first being 1; 0 when the description as a whole is meant. */
    public int line() {
        return line;
    }
}
