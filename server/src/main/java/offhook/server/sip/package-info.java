/**
 * The one SIP port: UDP and TCP for all users. Whatever blocks here (reading, writing, connecting, looking up names) has a
 * virtual thread of its own; a media loop only ever puts a message into a bounded queue.
 */
@NullMarked
package offhook.server.sip;

import org.jspecify.annotations.NullMarked;
