package offhook.server.click;

import java.util.regex.Pattern;

/**
 * How the destinations of a rule begin. What begins with a plus sign is compared with telephone numbers in E.164, anything
 * else with extensions, names and codes as they are; so one prefix never means both.
 *
 * @param text without the star at its end; empty for everything
 */
record Prefix(String text) {
    private static final Pattern FORM = Pattern.compile("\\+[0-9]{0,15}|[1-9*#A-Za-z][0-9*#A-Za-z._-]{0,63}");

    /**
     * @param written with or without a star at its end, and with the marks that people write between digits
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static Prefix of(String written) {
        String text = written.strip();
        if (text.endsWith("*") && text.length() > 1) {
            text = text.substring(0, text.length() - 1);
        }
        if (text.startsWith("+")) {
            text = text.replaceAll("[ ()./-]", "");
        }
        if (text.startsWith("0")) {
            throw new IllegalArgumentException("the prefix \"" + written
                    + "\" must be written with a plus sign and the country's code, like +4930 for 030");
        }
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("a prefix looks like +4930 for telephone numbers or 10 for extensions,"
                    + " not \"" + written + "\"");
        }
        return new Prefix(text);
    }

    boolean covers(Destination destination) {
        return destination.kind() != Destination.Kind.OTHER
                && destination.matched().startsWith(text);
    }
}
