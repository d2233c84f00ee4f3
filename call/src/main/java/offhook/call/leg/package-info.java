/** The two sides of a call's media: the browser's (ICE, DTLS, SRTP) and the SIP peer's (RTP or SRTP). */
package offhook.call.leg;
