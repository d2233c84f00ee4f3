/** RTCP reports (RFC 3550 section 6). */
package offhook.media.rtcp;
