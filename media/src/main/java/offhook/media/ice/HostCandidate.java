package offhook.media.ice;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A host candidate over UDP for component 1 (RTP and RTCP share it).
 *
 * @param address resolved
 * @param foundation 1 and up; candidates on different addresses have different ones
 * @param localPreference 0 to 65 535, the most preferred address has the highest
 */
public record HostCandidate(InetSocketAddress address, int foundation, int localPreference) {
    private static final int HOST_TYPE_PREFERENCE = 126;
    private static final int COMPONENT = 1;
    private static final int MAX_LOCAL_PREFERENCE = 65_535;

    /** Candidates for some addresses, the most preferred first. */
    public static List<HostCandidate> of(List<InetSocketAddress> addresses) {
        return IntStream.range(0, addresses.size())
                .mapToObj(i -> new HostCandidate(addresses.get(i), i + 1, MAX_LOCAL_PREFERENCE - i))
                .toList();
    }

    /** RFC 8445 section 5.1.2.1. */
    public int priority() {
        return HOST_TYPE_PREFERENCE << 24 | localPreference << 8 | (256 - COMPONENT);
    }

    /** The value of SDP's {@code candidate} attribute (RFC 8839 section 5.1). */
    public String attributeValue() {
        return foundation + " " + COMPONENT + " udp " + priority() + " "
                + address.getAddress().getHostAddress() + " " + address.getPort() + " typ host";
    }

    /** As the whole attribute, {@code candidate:..}. */
    @Override
    public String toString() {
        return "candidate:" + attributeValue();
    }
}
