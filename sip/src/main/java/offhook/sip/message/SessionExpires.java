package offhook.sip.message;

import java.util.Locale;
import java.util.Optional;

/**
 * The Session-Expires header (RFC 4028 section 4).
 *
 * @param seconds 0 to {@link Headers#MAX_SECONDS}
 */
public record SessionExpires(long seconds, Refresher refresher) {
    /** Who has to refresh the session, named by the part that it has in the request at hand. */
    public enum Refresher {
        UAC,
        UAS,
        UNSAID
    }

    /** Empty when the text is none. */
    static Optional<SessionExpires> parse(String text) {
        Optional<Parameterized> value = Parameterized.parse(text);
        if (value.isEmpty() || !value.get().word().chars().allMatch(c -> Grammar.isDigit((char) c))) {
            return Optional.empty();
        }
        Refresher refresher =
                switch (value.get().parameters().value("refresher").toLowerCase(Locale.ROOT)) {
                    case "uac" -> Refresher.UAC;
                    case "uas" -> Refresher.UAS;
                    default -> Refresher.UNSAID;
                };
        return Optional.of(new SessionExpires(Headers.readSeconds(value.get().word()), refresher));
    }

    @Override
    public String toString() {
        return refresher == Refresher.UNSAID
                ? Long.toString(seconds)
                : seconds + ";refresher=" + refresher.name().toLowerCase(Locale.ROOT);
    }
}
