package offhook.exchange;

import java.util.concurrent.atomic.LongAdder;

/** The counters while they count. Thread-safe. */
final class Counting {
    final LongAdder messages = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder refusedConnections = new LongAdder();
    volatile int registeredUsers;
    volatile int extensionCalls;
    volatile int connections;

    ExchangeCounters now() {
        return new ExchangeCounters(
                registeredUsers,
                extensionCalls,
                connections,
                messages.sum(),
                malformed.sum(),
                dropped.sum(),
                refusedConnections.sum());
    }
}
