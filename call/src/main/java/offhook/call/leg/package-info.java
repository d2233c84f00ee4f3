/** The two sides of a call's media: the browser's (ICE, DTLS, SRTP) and the SIP peer's (plain RTP). */
package offhook.call.leg;
