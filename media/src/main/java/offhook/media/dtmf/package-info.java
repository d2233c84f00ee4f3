/** Keys pressed during a call, as telephone events in RTP (RFC 4733). */
package offhook.media.dtmf;
