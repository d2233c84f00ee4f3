/** Who answers {@code echo}, {@code music} and {@code menu}: a SIP user agent of its own, and the sound of its calls. */
package offhook.exchange.extension;
