/** Secure RTP and RTCP: RFC 3711 and RFC 7714, in place and without allocation worth naming. */
@NullMarked
package offhook.media.srtp;

import org.jspecify.annotations.NullMarked;
