/** One user's registration at a registrar (RFC 3261 section 10), kept up until it is withdrawn. */
@NullMarked
package offhook.sip.registration;

import org.jspecify.annotations.NullMarked;
