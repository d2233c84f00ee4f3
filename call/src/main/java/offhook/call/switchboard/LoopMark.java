package offhook.call.switchboard;

/**
 * The mark in our SIP branches, tags and Contact user parts that says which loop owns a message, so that the one SIP
 * port can hand each message to its owner without any shared table: {@code o7.} for loop 7.
 */
public final class LoopMark {
    /** More loops than any machine has cores, and few enough for the mark to stay short. */
    public static final int MAX_LOOPS = 256;

    private LoopMark() {}

    /** The mark of a loop, 0 to {@value #MAX_LOOPS} - 1. */
    public static String of(int loop) {
        if (loop < 0 || loop >= MAX_LOOPS) {
            throw new IllegalArgumentException("loop " + loop + " is not 0 to " + (MAX_LOOPS - 1));
        }
        return "o" + loop + ".";
    }

    /**
     * The loop that a marked text belongs to: the last {@code o<digits>.} that stands at the start or behind a dash.
     *
     * @return the loop's number, or -1 when the text carries no mark of ours
     */
    public static int loopOf(String text) {
        for (int dot = text.lastIndexOf('.'); dot > 1; dot = text.lastIndexOf('.', dot - 1)) {
            int loop = loopBefore(text, dot);
            if (loop >= 0) {
                return loop;
            }
        }
        return -1;
    }

    private static int loopBefore(String text, int dot) {
        int at = dot - 1;
        int loop = 0;
        int scale = 1;
        while (at >= 0 && text.charAt(at) >= '0' && text.charAt(at) <= '9' && scale <= 100) {
            loop += (text.charAt(at) - '0') * scale;
            scale *= 10;
            at--;
        }
        boolean marked = scale > 1 && at >= 0 && text.charAt(at) == 'o' && (at == 0 || isBoundary(text, at));
        return marked && loop < MAX_LOOPS ? loop : -1;
    }

    /** A mark starts the text, follows a dash, or follows the branch's magic cookie (RFC 3261 8.1.1.7). */
    private static boolean isBoundary(String text, int at) {
        return text.charAt(at - 1) == '-' || (at == 7 && text.startsWith("z9hG4bK"));
    }
}
