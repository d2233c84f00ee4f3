/**
 * Media loops: the threads that own all calls. Each drives one switchboard with its sockets' bytes, its mailbox's
 * commands and time; nothing else ever touches it.
 */
@NullMarked
package offhook.server.loop;

import org.jspecify.annotations.NullMarked;
