package offhook.media.sdp;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of {@code a=rtpmap} (RFC 8866 6.6).
 *
 * @param payloadType 0 to 127
 * @param encodingName as written; compared without regard to case
 * @param clockRate in Hz
 * @param channels 1 when the line does not say
 */
public record RtpMap(int payloadType, String encodingName, int clockRate, int channels) {
    private static final Pattern FORM =
            Pattern.compile("\\s*(\\d{1,3})\\s+([^/\\s]+)\\s*/\\s*(\\d{1,9})(?:/(\\d{1,3}))?\\s*");

    /** Empty when the text is not a payload type, a name and a clock rate. */
    public static Optional<RtpMap> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(1)) > 127) {
            return Optional.empty();
        }
        int channels = form.group(4) == null ? 1 : Integer.parseInt(form.group(4));
        return Optional.of(
                new RtpMap(Integer.parseInt(form.group(1)), form.group(2), Integer.parseInt(form.group(3)), channels));
    }

    public String print() {
        return payloadType + " " + encodingName + '/' + clockRate + (channels == 1 ? "" : "/" + channels);
    }

    public Attribute attribute() {
        return new Attribute("rtpmap", print());
    }
}
