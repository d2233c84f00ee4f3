package offhook.server.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;

/**
 * The calls into Linux's C library that the driver makes, each returning a negative errno where C returns -1.
 * One instance belongs to one thread: it holds the place where the linker leaves errno.
 */
final class LinuxCalls {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLLIN = 1;
    static final int MSG_TRUNC = 0x20;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ENETUNREACH = 101;
    static final int ENOBUFS = 105;
    static final int ECONNREFUSED = 111;
    static final int EHOSTUNREACH = 113;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_OFFSET =
            Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET =
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND = call("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKNAME =
            call("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD = call("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            call("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle EPOLL_CREATE1 = call("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CTL =
            call("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle EPOLL_WAIT =
            call("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle RECVMMSG =
            call("recvmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle SENDMMSG =
            call("sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

    private final MemorySegment state;

    LinuxCalls(SegmentAllocator memory) {
        state = memory.allocate(Linker.Option.captureStateLayout());
    }

    int socket(int family, int type) {
        try {
            return result((int) SOCKET.invokeExact(state, family, type, 0));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int bind(int fd, MemorySegment sockaddr, int length) {
        try {
            return result((int) BIND.invokeExact(state, fd, sockaddr, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int getsockname(int fd, MemorySegment sockaddr, MemorySegment length) {
        try {
            return result((int) GETSOCKNAME.invokeExact(state, fd, sockaddr, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int setsockopt(int fd, int level, int option, MemorySegment value, int length) {
        try {
            return result((int) SETSOCKOPT.invokeExact(state, fd, level, option, value, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int close(int fd) {
        try {
            return result((int) CLOSE.invokeExact(state, fd));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int eventfd(int flags) {
        try {
            return result((int) EVENTFD.invokeExact(state, 0, flags));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int read(int fd, MemorySegment target, long length) {
        try {
            return result((int) (long) READ.invokeExact(state, fd, target, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int write(int fd, MemorySegment source, long length) {
        try {
            return result((int) (long) WRITE.invokeExact(state, fd, source, length));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int epollCreate() {
        try {
            return result((int) EPOLL_CREATE1.invokeExact(state, SOCK_CLOEXEC));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
        try {
            return result((int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Blocks; everything else here returns at once. */
    int epollWait(int epoll, MemorySegment events, int capacity, int timeoutMillis) {
        try {
            return result((int) EPOLL_WAIT.invokeExact(state, epoll, events, capacity, timeoutMillis));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int recvmmsg(int fd, MemorySegment messages, int count) {
        try {
            return result((int) RECVMMSG.invokeExact(state, fd, messages, count, 0, MemorySegment.NULL));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int sendmmsg(int fd, MemorySegment messages, int count) {
        try {
            return result((int) SENDMMSG.invokeExact(state, fd, messages, count, 0));
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** What an errno means, for a sentence. */
    static String meaning(int errno) {
        return switch (errno) {
            case EACCES -> "permission denied";
            case EADDRINUSE -> "address already in use";
            case EADDRNOTAVAIL -> "not an address of this machine";
            case 24 -> "too many open files";
            case 1 -> "operation not permitted";
            case 38 -> "not offered by this kernel";
            default -> "errno " + errno;
        };
    }

    private int result(int returned) {
        return returned >= 0 ? returned : -state.get(JAVA_INT, ERRNO_OFFSET);
    }

    @SuppressWarnings("restricted") // the whole class stands on native access; the start script grants it
    private static MethodHandle call(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, ERRNO);
    }

    private static IllegalStateException impossible(Throwable e) {
        return new IllegalStateException("a downcall throws nothing of its own", e);
    }
}
