package offhook.server.click;

/**
 * Whom somebody wants to call, as {@link NumberPlan} read it.
 *
 * @param dialled what the telephone system is told: as it was written, without the marks between digits
 * @param matched what rules are compared with: E.164 with its plus sign for a telephone number, else as written
 * @param kind what it is
 * @param international whether it is a telephone number of another country
 * @param premium whether a call may cost more than to an ordinary telephone, or must not be made for fun
 */
record Destination(String dialled, String matched, Kind kind, boolean international, boolean premium) {
    enum Kind {
        /** A telephone number. One that its country's plan, as far as it is known, does not have counts as premium. */
        NUMBER,
        /** Up to six digits: somebody inside the telephone system, or a short number outside. */
        EXTENSION,
        /** Letters first: somebody inside the telephone system. */
        NAME,
        /** Digits, plus, stars and hashes that are neither: a feature code, or a number that could mean several. */
        CODE,
        /** Anything else, for example a SIP URI. */
        OTHER
    }
}
