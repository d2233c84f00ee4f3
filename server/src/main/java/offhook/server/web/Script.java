package offhook.server.web;

/**
 * Our own JavaScript as it is sent: without the lines and beginnings of lines that are comments, without indentation and
 * empty lines. Nothing else changes, not even a line break, and nothing inside a template literal. {@code
 * web/test/compact.js} does the same for the tests there.
 */
final class Script {
    private Script() {}

    /**
     * Compacts a source. A backtick in a string, a regular expression or a comment behind code only makes less of it be
     * taken away.
     */
    static String compact(String source) {
        StringBuilder compact = new StringBuilder(source.length());
        boolean inComment = false;
        boolean inTemplate = false;
        for (String line : source.lines().toList()) {
            String code = inTemplate ? line : line.stripLeading();
            if (inComment || (!inTemplate && code.startsWith("/*"))) {
                int end = code.indexOf("*/", inComment ? 0 : 2);
                inComment = end < 0;
                code = inComment ? "" : code.substring(end + 2).stripLeading();
            }
            if (inTemplate || !(code.isEmpty() || code.startsWith("//"))) {
                compact.append(code).append('\n');
                inTemplate ^= code.chars().filter(c -> c == '`').count() % 2 == 1;
            }
        }
        return compact.toString();
    }
}
