/**
 * A small SIP exchange, so that a first call needs no telephone system: it registers users, connects them, and answers
 * {@code echo}, {@code music} and {@code menu}. It speaks real SIP and knows nothing of the gateway.
 */
package offhook.exchange;
