package offhook.server.udp;

/** Which packet driver to use. */
public enum DriverChoice {
    /** Epoll where it works, else NIO. */
    AUTO,
    /** The JDK's Selector. */
    NIO,
    /** Linux's epoll, recvmmsg and sendmmsg. */
    EPOLL
}
