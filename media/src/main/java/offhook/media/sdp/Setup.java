package offhook.media.sdp;

import java.util.Locale;
import java.util.Optional;

/** Who opens the DTLS association: the value of {@code a=setup} (RFC 4145 4, RFC 8842 5). */
public enum Setup {
    ACTIVE,
    PASSIVE,
    ACTPASS,
    HOLDCONN;

    /** The value as it stands in the attribute, such as {@code actpass}. */
    public String value() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Setup> parse(String value) {
        for (Setup setup : values()) {
            if (setup.name().equalsIgnoreCase(value.strip())) {
                return Optional.of(setup);
            }
        }
        return Optional.empty();
    }
}
