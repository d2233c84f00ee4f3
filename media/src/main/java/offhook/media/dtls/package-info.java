/**
 * DTLS 1.2 for SRTP keys: RFC 6347, RFC 5764 and RFC 8827. {@link offhook.media.dtls.DtlsAssociation} is the face that
 * everybody else sees.
 */
@NullMarked
package offhook.media.dtls;

import org.jspecify.annotations.NullMarked;
