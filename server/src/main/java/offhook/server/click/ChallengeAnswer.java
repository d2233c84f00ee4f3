package offhook.server.click;

/**
 * What came as the answer to a challenge; of its texts those count that the line's challenge asks for.
 *
 * @param puzzle of a {@link Challenge.Work}, else empty
 * @param nonce that solves it, else empty
 * @param answer for a {@link Challenge.Hook}, else empty
 */
public record ChallengeAnswer(String puzzle, String nonce, String answer) {
    /** None. */
    public static final ChallengeAnswer NONE = new ChallengeAnswer("", "", "");
}
