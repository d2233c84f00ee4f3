/** Counters and gauges, and the text in which Prometheus reads them. */
@NullMarked
package offhook.server.metrics;

import org.jspecify.annotations.NullMarked;
