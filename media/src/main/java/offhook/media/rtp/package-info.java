/** RTP packets, streams and what is counted about them (RFC 3550, RFC 3551). */
package offhook.media.rtp;
