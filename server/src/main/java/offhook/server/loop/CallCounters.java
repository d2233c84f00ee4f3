package offhook.server.loop;

import java.util.Locale;
import java.util.function.ToLongFunction;
import offhook.call.Ending;
import offhook.call.bridge.PathCounts;
import offhook.call.leg.DropCounts;
import offhook.call.leg.LegDrop;
import offhook.call.switchboard.SwitchboardCounts;
import offhook.server.metrics.CarriedCounts;
import offhook.server.metrics.Metrics;

/** What a switchboard counts, on its way to where others can read it. */
final class CallCounters {
    private final Metrics metrics;
    private final String loop;
    private final CarriedCounts<SwitchboardCounts> carried = new CarriedCounts<>();

    CallCounters(Metrics metrics, String loop) {
        this.metrics = metrics;
        this.loop = loop;
        plain("calls_opened", "Calls begun, in either direction.", SwitchboardCounts::callsOpened);
        plain("calls_refused", "Calls refused by a limit or for want of ports.", SwitchboardCounts::callsRefused);
        plain("call_faults", "Defects of ours that ended a call or less.", SwitchboardCounts::faults);
        plain("sip_unreadable", "SIP messages that could not be parsed.", SwitchboardCounts::malformedSip);
        plain("sip_floods", "Changes of calls put off because a peer asked too often.", SwitchboardCounts::sipFloods);
        plain("stray_datagrams", "Datagrams of browsers that belong to no call.", SwitchboardCounts::strayDatagrams);
        plain(
                "contested_addresses",
                "Claims to an address where another call's browser is.",
                SwitchboardCounts::contestedAddresses);
        drops("browser", SwitchboardCounts::browserDrops);
        drops("sip", SwitchboardCounts::sipDrops);
        path("sip", SwitchboardCounts::toSip);
        path("browser", SwitchboardCounts::toBrowser);
    }

    /** A call has ended, or was refused at once. On the loop's thread. */
    void ended(Ending ending) {
        metrics.counter(
                        "calls_ended",
                        "Calls that ended, by reason and by who ended them; those refused at once included.",
                        "loop",
                        loop,
                        "reason",
                        ending.reason().word(),
                        "by",
                        ending.by().name().toLowerCase(Locale.ROOT))
                .increment();
    }

    /** Once a turn, on the loop's thread. */
    void carry(SwitchboardCounts now) {
        carried.carry(now);
    }

    private void plain(String name, String help, ToLongFunction<SwitchboardCounts> count) {
        carried.with(metrics.counter(name, help, "loop", loop), count);
    }

    private void drops(String side, Side<DropCounts> drops) {
        for (LegDrop cause : LegDrop.values()) {
            String word = cause.name().toLowerCase(Locale.ROOT).replace('_', '-');
            carried.with(
                    metrics.counter(
                            "media_dropped",
                            "Packets of one side of a call that fell there, by cause.",
                            "loop",
                            loop,
                            "side",
                            side,
                            "cause",
                            word),
                    counts -> drops.of(counts).of(cause));
        }
    }

    private void path(String to, Side<PathCounts> path) {
        relay(
                "media_relayed",
                "Packets passed on.",
                to,
                counts -> path.of(counts).relayed());
        relay(
                "media_not_agreed",
                "Packets of a payload type that the two sides did not agree on.",
                to,
                counts -> path.of(counts).notAgreed());
        relay(
                "media_discarded",
                "Packets that nobody wants, and those that come twice or far too late.",
                to,
                counts -> path.of(counts).discarded());
    }

    private void relay(String name, String help, String to, ToLongFunction<SwitchboardCounts> count) {
        carried.with(metrics.counter(name, help, "loop", loop, "to", to), count);
    }

    /** One side's counts among all. */
    private interface Side<T> {
        T of(SwitchboardCounts counts);
    }
}
