package offhook.sip.message;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first line of a response, and what a message/sipfrag body (RFC 3420) says of a call that somebody was referred to.
 *
 * @param status 100 to 699
 * @param reason one line
 */
public record StatusLine(int status, String reason) {
    /** The longest reason that is kept, in characters. */
    public static final int MAX_REASON_LENGTH = 200;

    /** The media type of {@link #toFragment}. */
    public static final String FRAGMENT_TYPE = "message/sipfrag;version=2.0";

    private static final String VERSION = "SIP/2.0 ";

    public StatusLine {
        if (status < 100 || status > 699) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "the status is not between 100 and 699");
        }
        Text.checkLine("reason", reason);
    }

    /** With the usual reason phrase. */
    public static StatusLine of(int status) {
        return new StatusLine(status, SipStatus.reason(status));
    }

    /** The status line that a fragment begins with; empty when it does not. What follows is not looked at. */
    public static Optional<StatusLine> ofFragment(byte[] fragment) {
        int length = Math.min(fragment.length, VERSION.length() + 4 + MAX_REASON_LENGTH);
        String text = new String(fragment, 0, length, StandardCharsets.UTF_8).stripLeading();
        int end = 0;
        while (end < text.length() && !Grammar.isControl(text.charAt(end))) {
            end++;
        }
        String line = text.substring(0, end);
        int code = VERSION.length();
        if (!line.regionMatches(true, 0, VERSION, 0, code) || line.length() < code + 3) {
            return Optional.empty();
        }
        int status = 0;
        for (int i = code; i < code + 3; i++) {
            if (!Grammar.isDigit(line.charAt(i))) {
                return Optional.empty();
            }
            status = status * 10 + (line.charAt(i) - '0');
        }
        String reason = line.substring(code + 3);
        if (status < 100 || status > 699 || !(reason.isEmpty() || reason.startsWith(" "))) {
            return Optional.empty();
        }
        return Optional.of(new StatusLine(status, reason.strip()));
    }

    public boolean isFinal() {
        return status >= 200;
    }

    /** As a body of {@link #FRAGMENT_TYPE}. */
    public byte[] toFragment() {
        return (this + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return VERSION + status + " " + reason;
    }
}
