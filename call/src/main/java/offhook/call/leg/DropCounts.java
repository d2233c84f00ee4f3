package offhook.call.leg;

/** How many packets the legs of one side let fall, by reason. Single owner. */
@SuppressWarnings("EnumOrdinal") // An index into an array that lives no longer than the enum.
public final class DropCounts {
    private final long[] counts = new long[LegDrop.values().length];

    /** Counts one. */
    public void count(LegDrop reason) {
        counts[reason.ordinal()]++;
    }

    /** How many so far. */
    public long of(LegDrop reason) {
        return counts[reason.ordinal()];
    }
}
