/** The load generator: browsers and phones with real sockets, all on one thread. The twins of those in {@code sim}. */
package offhook.bench.load;
