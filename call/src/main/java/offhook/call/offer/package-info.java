/**
 * Offers and answers as pure functions: what a browser says (RFC 8829, 8843), what a SIP peer says (RFC 3264), and what
 * each is told of the other. No state, no clock, no randomness.
 */
package offhook.call.offer;
