package offhook.server.loop;

/** What a loop drives besides its sockets: everything that waits for a time. Called on the loop's thread only. */
public interface Engine {
    /** When {@link #onDeadline} wants to be called next; {@link Long#MAX_VALUE} for never. */
    long deadlineNanos();

    /** Everything that is due. */
    void onDeadline(long nowNanos);

    /** The turn is over: everything that it brought has been said. */
    default void onTurnEnd() {}
}
