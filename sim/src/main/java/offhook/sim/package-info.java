/**
 * Whole calls in virtual time: a network that loses, doubles and reorders, a fake browser, a fake telephone system, and
 * the real switchboard between them. One seed decides everything, so that a failure can be replayed.
 */
package offhook.sim;
