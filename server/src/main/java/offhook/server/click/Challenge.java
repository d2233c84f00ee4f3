package offhook.server.click;

/** What a visitor must do before a call token is given. */
public sealed interface Challenge {
    /** Nothing. */
    record None() implements Challenge {}

    /**
     * Work: to find a nonce, so that SHA-256 of the puzzle's text followed by the nonce's begins with zero bits.
     *
     * @param puzzle 45 characters: base64url and a dot
     * @param bits how many
     */
    record Work(String puzzle, int bits) implements Challenge {}

    /** Something that the site knows: its hook is asked whether the answer is right. */
    record Hook() implements Challenge {}
}
