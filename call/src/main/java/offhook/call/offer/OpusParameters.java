package offhook.call.offer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The parameters of opus (RFC 7587 6.1). They tell what their writer would like to receive, and as the packets are
 * relayed untouched, what one side wrote is what the other has to know.
 */
final class OpusParameters {
    /** Said to a browser as long as the far side is unknown: what browsers say themselves. */
    static final String DEFAULT = "minptime=10;useinbandfec=1";

    private static final Set<String> RELAYED = Set.of(
            "maxplaybackrate",
            "sprop-maxcapturerate",
            "maxaveragebitrate",
            "minptime",
            "useinbandfec",
            "usedtx",
            "cbr");
    private static final Set<String> STEREO = Set.of("stereo", "sprop-stereo");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private OpusParameters() {}

    /** Whether the writer would like to receive stereo. */
    static boolean stereo(String fmtp) {
        return entries(fmtp).contains("stereo=1");
    }

    /** What of one side's parameters the other is told: those of RFC 7587 with a number, stereo only on request. */
    static String relayed(String fmtp, boolean stereo) {
        return String.join(
                ";",
                entries(fmtp).stream()
                        .filter(entry -> {
                            String name = entry.substring(0, entry.indexOf('='));
                            return RELAYED.contains(name) || (stereo && STEREO.contains(name));
                        })
                        .toList());
    }

    /** {@code name=number}, in the order of the text, each name once. */
    private static List<String> entries(String fmtp) {
        List<String> names = new ArrayList<>();
        List<String> entries = new ArrayList<>();
        for (String entry : fmtp.split(";")) {
            int equals = entry.indexOf('=');
            if (equals < 0) {
                continue;
            }
            String name = entry.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String value = entry.substring(equals + 1).strip();
            if (NUMBER.matcher(value).matches() && !names.contains(name)) {
                names.add(name);
                entries.add(name + '=' + value);
            }
        }
        return entries;
    }
}
