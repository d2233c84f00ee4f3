package offhook.server.click;

/** Asks a line's hook about a visitor's answer. */
@FunctionalInterface
public interface ChallengeHook {
    /**
     * May block for a few seconds; from any thread.
     *
     * @param line whose hook it is
     * @param address the visitor's, without a port
     * @param answer what the visitor's page sent
     * @return whether the hook said yes; false when it did not say anything
     */
    boolean accepts(Line line, String address, String answer);
}
