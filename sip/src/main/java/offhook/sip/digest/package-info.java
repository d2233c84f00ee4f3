/**
 * Digest authentication for SIP (RFC 7616, RFC 8760, RFC 3261 22): answering challenges and issuing them.
 *
 * <p>{@link offhook.sip.digest.DigestClient} and {@link offhook.sip.digest.DigestServer} each belong to one owner and are
 * not thread-safe; the rest are values.
 */
@NullMarked
package offhook.sip.digest;

import org.jspecify.annotations.NullMarked;
