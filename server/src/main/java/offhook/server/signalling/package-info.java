/**
 * The wire protocol towards browsers: WCS messages in JSON over a WebSocket, and the sessions behind them. A session has
 * a virtual thread of its own and reaches its user agent by a loop's mailbox alone.
 */
@NullMarked
package offhook.server.signalling;

import org.jspecify.annotations.NullMarked;
