/** The lite side of ICE (RFC 8445 section 2.5) with consent freshness (RFC 7675). */
package offhook.media.ice;
