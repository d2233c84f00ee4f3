/**
 * The desk of click to call: it decides who may make which call over whose account. Lines, signed call tokens, tickets,
 * signed links, remembered logins, the rules for numbers, and limits against fraud. It opens no socket; the HTTP routes
 * ask it, and sessions redeem at it.
 */
@NullMarked
package offhook.server.click;

import org.jspecify.annotations.NullMarked;
