package offhook.server.loop;

import offhook.server.metrics.CarriedCounts;
import offhook.server.metrics.Counter;
import offhook.server.metrics.Metrics;
import offhook.server.udp.PacketCounters;

/** What a loop's turns and packets come to, where others can read it. */
final class LoopCounters {
    private final Counter turns;
    private final Counter pauses;
    private final CarriedCounts<PacketCounters> packets;

    LoopCounters(Metrics metrics, String loop) {
        turns = metrics.counter("loop_turns", "Turns of a loop: one look at all its sockets each.", "loop", loop);
        pauses = metrics.counter("loop_pauses", "Turns after which a busy loop let packets gather.", "loop", loop);
        packets = new CarriedCounts<PacketCounters>()
                .with(
                        metrics.counter("packets_received", "Datagrams taken in.", "loop", loop),
                        PacketCounters::received)
                .with(
                        metrics.counter("packets_sent", "Datagrams that the system took.", "loop", loop),
                        PacketCounters::sent)
                .with(dropped(metrics, loop, "receive-error"), PacketCounters::receiveErrors)
                .with(dropped(metrics, loop, "too-long"), PacketCounters::tooLong)
                .with(dropped(metrics, loop, "send-buffer-full"), PacketCounters::sendBufferFull)
                .with(dropped(metrics, loop, "refused"), PacketCounters::refused)
                .with(dropped(metrics, loop, "unreachable"), PacketCounters::unreachable)
                .with(dropped(metrics, loop, "send-error"), PacketCounters::sendErrors);
    }

    private static Counter dropped(Metrics metrics, String loop, String cause) {
        return metrics.counter(
                "packets_dropped", "Datagrams lost at the socket, by cause.", "loop", loop, "cause", cause);
    }

    void turn(PacketCounters now) {
        turns.increment();
        packets.carry(now);
    }

    void pause() {
        pauses.increment();
    }
}
