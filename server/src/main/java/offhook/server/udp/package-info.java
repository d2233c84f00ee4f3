/**
 * The UDP sockets of one thread: bytes in, bytes out, no allocation per packet. Two drivers behind one interface, the
 * JDK's Selector everywhere and epoll with recvmmsg and sendmmsg on Linux.
 */
@NullMarked
package offhook.server.udp;

import org.jspecify.annotations.NullMarked;
