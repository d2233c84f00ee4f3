/**
 * The transaction layer of SIP (RFC 3261 section 17, RFC 6026, RFC 3581): what makes a request arrive once, and its
 * response too, over a network that loses, repeats and reorders.
 *
 * <p>{@link offhook.sip.transaction.TransactionLayer} is the way in. It is fed messages and time and puts bytes into its
 * outbox; everything that waits in one media loop shares its {@link offhook.sip.transaction.Deadlines}.
 */
@NullMarked
package offhook.sip.transaction;

import org.jspecify.annotations.NullMarked;
