package offhook.media.sdp;

import java.util.List;
import java.util.Optional;

/**
 * The part of a description before the first {@code m=} line, or one {@code m=} line with what belongs to it. Attributes
 * that cannot be read are passed over here, as RFC 8866 6 wants of unknown ones: who needs them finds them missing.
 */
public sealed interface Section permits SessionDescription, MediaDescription {
    /** In the order of the text. */
    List<Attribute> attributes();

    /** Whether an attribute of that name is there, with a value or without. */
    default boolean has(String name) {
        return attributes().stream().anyMatch(attribute -> attribute.named(name));
    }

    /** The value of the first attribute of that name, without blanks at its ends. */
    default Optional<String> value(String name) {
        return attributes().stream()
                .filter(attribute -> attribute.named(name))
                .findFirst()
                .map(attribute -> attribute.value().strip());
    }

    /** The values of all attributes of that name, without blanks at their ends. */
    default List<String> values(String name) {
        return attributes().stream()
                .filter(attribute -> attribute.named(name))
                .map(attribute -> attribute.value().strip())
                .toList();
    }

    /** The direction stated here (RFC 8866 6.7); see {@link SessionDescription#direction} for the one that holds. */
    default Optional<Direction> statedDirection() {
        return attributes().stream()
                .flatMap(attribute -> Direction.ofAttribute(attribute.name()).stream())
                .findFirst();
    }

    /** The value of {@code a=setup} (RFC 4145 4). */
    default Optional<Setup> setup() {
        return value("setup").flatMap(Setup::parse);
    }

    /** The values of {@code a=fingerprint} (RFC 8122 5): hash function, blank, hash. */
    default List<String> fingerprints() {
        return values("fingerprint");
    }
}
