package offhook.call.switchboard;

import java.util.Locale;
import java.util.regex.Pattern;
import offhook.sip.message.InvalidFieldException;
import offhook.sip.message.SipInput;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;

/** What a person may type to say whom to call: a number, a user, an address, or a SIP or tel URI. */
final class Callee {
    private static final String FIELD = "callee";

    /** A number as people write it, with the separators of RFC 3966 section 5.1.1 and spaces. */
    private static final Pattern WRITTEN_NUMBER = Pattern.compile("[+*#0-9][-*#0-9 ()./]*");

    private static final Pattern SEPARATORS = Pattern.compile("[- ()./]");

    private Callee() {}

    /**
     * The Request-URI for what was typed.
     *
     * @param domain where numbers and plain users live
     * @throws InvalidFieldException when it is none of these
     */
    static SipUri target(String typed, String domain) {
        String callee = typed.strip();
        if (callee.length() > SipInput.MAX_LENGTH) {
            throw new InvalidFieldException(FIELD, "is longer than " + SipInput.MAX_LENGTH + " characters");
        }
        String lower = callee.toLowerCase(Locale.ROOT);
        if (lower.startsWith("tel:")) {
            callee = callee.substring("tel:".length());
        } else if (lower.startsWith("sip:") || lower.startsWith("sips:")) {
            return parsed(callee);
        } else if (callee.indexOf('@') > 0) {
            return parsed("sip:" + callee);
        }
        String user = WRITTEN_NUMBER.matcher(callee).matches()
                ? SEPARATORS.matcher(callee).replaceAll("")
                : callee;
        return SipUri.of(SipInput.user(FIELD, user), domain);
    }

    private static SipUri parsed(String uri) {
        try {
            SipUri parsed = SipUri.parse(uri).asRequestUri();
            SipInput.user(FIELD, parsed.user());
            return parsed;
        } catch (SipSyntaxException e) {
            throw new InvalidFieldException(FIELD, "is not a SIP address: " + e.reason());
        }
    }
}
