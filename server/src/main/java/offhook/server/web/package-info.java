/** HTTP and WebSocket by Helidon: pages, health, metrics, and the browsers' signalling on path {@code /}. */
@NullMarked
package offhook.server.web;

import org.jspecify.annotations.NullMarked;
