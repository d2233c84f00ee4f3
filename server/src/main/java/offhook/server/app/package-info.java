/** The wiring: reads the configuration, puts the parts together, starts and stops them. */
@NullMarked
package offhook.server.app;

import org.jspecify.annotations.NullMarked;
