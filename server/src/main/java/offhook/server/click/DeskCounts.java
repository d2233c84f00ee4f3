package offhook.server.click;

import java.util.EnumMap;
import java.util.Map;
import offhook.call.EndReason;
import offhook.server.metrics.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what was granted and refused, and tells the operator when a limit begins to be hit. From any thread. */
final class DeskCounts {
    private static final Logger LOG = LoggerFactory.getLogger(CallDesk.class);

    private final Metrics metrics;
    private final Map<Limit, Long> alarmedNanos = new EnumMap<>(Limit.class);

    DeskCounts(Metrics metrics) {
        this.metrics = metrics;
    }

    /** @param by {@code token}, {@code link} or {@code login} */
    void granted(String by) {
        metrics.counter("click_granted", "Calls that tokens and tickets were redeemed for.", "by", by)
                .increment();
    }

    void refused(EndReason reason) {
        metrics.counter("click_refused", "Tokens, links and wishes for one that were refused.", "reason", reason.word())
                .increment();
    }

    /** One line of the log for each limit and minute, however many calls run into it. */
    void limited(Rates.Rule rule, long nowNanos) {
        metrics.counter(
                        "click_limited",
                        "Calls refused because a limit was reached.",
                        "limit",
                        rule.limit().word())
                .increment();
        synchronized (alarmedNanos) {
            Long last = alarmedNanos.get(rule.limit());
            if (last != null && nowNanos - last < Rates.MINUTE_NANOS) {
                return;
            }
            alarmedNanos.put(rule.limit(), nowNanos);
        }
        LOG.warn("event=click-limit limit={} of=\"{}\" most={}", rule.limit().word(), rule.of(), rule.most());
    }
}
