package offhook.sip.message;

import java.util.Optional;

/**
 * A word with parameters, as Event, Subscription-State, Session-Expires and their like hold one.
 *
 * @param word as it came
 */
public record Parameterized(String word, Parameters parameters) {
    /** Empty when the text is none: whoever cannot be understood has said nothing. */
    public static Optional<Parameterized> parse(String text) {
        TextReader reader = new TextReader("value", text);
        try {
            reader.skipSpace();
            String word = reader.token();
            Parameters parameters = reader.parameters();
            reader.expectEnd();
            return Optional.of(new Parameterized(word, parameters));
        } catch (SipSyntaxException malformed) {
            return Optional.empty();
        }
    }

    /** Whether the word is this one; case does not count. */
    public boolean is(String other) {
        return word.equalsIgnoreCase(other);
    }

    @Override
    public String toString() {
        return word + parameters;
    }
}
