package offhook.sip.message;

import org.jspecify.annotations.Nullable;

/**
 * One {@code ;name=value} of a header or a URI, as it is written there: quoted values keep their quotes, values in a URI
 * their escapes.
 *
 * @param value null for a parameter that is only a name, such as {@code lr}
 */
public record Parameter(String name, @Nullable String value) {
    public Parameter {
        if (name.isEmpty() || !name.chars().allMatch(c -> Grammar.isParameterValueCharacter((char) c) && c != '=')) {
            throw new SipSyntaxException(
                    SipStatus.BAD_REQUEST, "parameter: its name has a character that is not allowed");
        }
        if (value != null && !isValue(value)) {
            throw new SipSyntaxException(
                    SipStatus.BAD_REQUEST, "parameter " + name + ": its value has a character that is not allowed");
        }
    }

    private static boolean isValue(String value) {
        if (value.startsWith("\"")) {
            TextReader reader = new TextReader("parameter", value);
            reader.rawQuoted();
            return reader.atEnd() && value.indexOf('\r') < 0 && value.indexOf('\n') < 0;
        }
        return !value.isEmpty() && value.chars().allMatch(c -> Grammar.isParameterValueCharacter((char) c));
    }

    @Override
    public String toString() {
        return value == null ? name : name + "=" + value;
    }
}
