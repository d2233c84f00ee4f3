/** Registrar (RFC 3261 section 10) and stateful proxy (section 16). No socket, no clock, no thread. */
package offhook.exchange.routing;
