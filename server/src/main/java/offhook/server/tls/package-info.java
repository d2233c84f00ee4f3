/** Certificates and keys from the files that operators have. */
@NullMarked
package offhook.server.tls;

import org.jspecify.annotations.NullMarked;
