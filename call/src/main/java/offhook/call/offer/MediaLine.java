package offhook.call.offer;

import java.util.List;

/**
 * One {@code m=} section of an offer, as much of it as the answer must repeat (RFC 3264 6: as many, in the same order).
 *
 * @param mid the section's identification (RFC 5888), empty when it has none
 */
public record MediaLine(String type, String protocol, List<String> formats, String mid) {
    public MediaLine {
        formats = List.copyOf(formats);
    }
}
