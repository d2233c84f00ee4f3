package offhook.call.offer;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
        return "1".equals(known(fmtp).get("stereo"));
    }

    /** What of one side's parameters the other is told: those of RFC 7587 with a number, stereo only on request. */
    static String relayed(String fmtp, boolean stereo) {
        return known(fmtp).entrySet().stream()
                .filter(parameter -> stereo || !STEREO.contains(parameter.getKey()))
                .map(parameter -> parameter.getKey() + '=' + parameter.getValue())
                .collect(Collectors.joining(";"));
    }

    /** The parameters of RFC 7587 that have a number, in the order of the text; the first one of a name counts. */
    private static Map<String, String> known(String fmtp) {
        Map<String, String> known = new LinkedHashMap<>();
        for (String parameter : fmtp.split(";")) {
            int equals = parameter.indexOf('=');
            if (equals < 0) {
                continue;
            }
            String name = parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String value = parameter.substring(equals + 1).strip();
            if ((RELAYED.contains(name) || STEREO.contains(name))
                    && NUMBER.matcher(value).matches()) {
                known.putIfAbsent(name, value);
            }
        }
        return known;
    }
}
