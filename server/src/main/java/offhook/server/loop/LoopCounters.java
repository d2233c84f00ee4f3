package offhook.server.loop;

import java.util.function.ToLongFunction;
import offhook.server.metrics.Counter;
import offhook.server.metrics.Metrics;
import offhook.server.udp.PacketCounters;

/** Carries what a driver counts on its own thread over to where others can read it, once a turn. */
final class LoopCounters {
    private final Counter turns;
    private final Counter pauses;
    private final Carried[] carried;

    LoopCounters(Metrics metrics, String loop) {
        turns = metrics.counter("loop_turns", "Turns of a loop: one look at all its sockets each.", "loop", loop);
        pauses = metrics.counter("loop_pauses", "Turns after which a busy loop let packets gather.", "loop", loop);
        carried = new Carried[] {
            new Carried(
                    metrics.counter("packets_received", "Datagrams taken in.", "loop", loop), PacketCounters::received),
            new Carried(
                    metrics.counter("packets_sent", "Datagrams that the system took.", "loop", loop),
                    PacketCounters::sent),
            dropped(metrics, loop, "receive-error", PacketCounters::receiveErrors),
            dropped(metrics, loop, "too-long", PacketCounters::tooLong),
            dropped(metrics, loop, "send-buffer-full", PacketCounters::sendBufferFull),
            dropped(metrics, loop, "refused", PacketCounters::refused),
            dropped(metrics, loop, "unreachable", PacketCounters::unreachable),
            dropped(metrics, loop, "send-error", PacketCounters::sendErrors),
        };
    }

    private static Carried dropped(Metrics metrics, String loop, String cause, ToLongFunction<PacketCounters> count) {
        return new Carried(
                metrics.counter(
                        "packets_dropped", "Datagrams lost at the socket, by cause.", "loop", loop, "cause", cause),
                count);
    }

    void turn(PacketCounters now) {
        turns.increment();
        for (Carried one : carried) {
            one.carry(now);
        }
    }

    void pause() {
        pauses.increment();
    }

    private static final class Carried {
        private final Counter target;
        private final ToLongFunction<PacketCounters> source;
        private long seen;

        Carried(Counter target, ToLongFunction<PacketCounters> source) {
            this.target = target;
            this.source = source;
        }

        void carry(PacketCounters now) {
            long count = source.applyAsLong(now);
            if (count != seen) {
                target.add(count - seen);
                seen = count;
            }
        }
    }
}
