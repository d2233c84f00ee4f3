/**
 * SIP messages as values (RFC 3261 7, 19, 20, 25): read from bytes, built safely, printed to bytes.
 *
 * <p>Everything here is immutable but for {@link offhook.sip.message.SipStreamFramer} and {@link
 * offhook.sip.message.SipPeek}, which belong to one owner.
 */
@NullMarked
package offhook.sip.message;

import org.jspecify.annotations.NullMarked;
