package offhook.exchange.routing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;

/**
 * The user parts of our Record-Route entries (the flow tokens of RFC 5626 section 5.2): each names the place of one side
 * of a call and is signed. So the proxy keeps no dialogs, reaches phones behind a NAT or a connection of their own, and
 * sends requests within dialogs only to where a call was set up before.
 *
 * <pre>
 *  0          1           3                       3 + 4 or 16             + 8 bytes, printed in hexadecimal digits
 *  +----------+-----------+-----------------------+------------------------+
 *  | 1 = TCP  |   port    | IPv4 or IPv6 address  | HMAC-SHA-256, cut      |
 *  +----------+-----------+-----------------------+------------------------+
 * </pre>
 *
 * Single owner, not thread-safe.
 */
final class RouteTokens {
    private static final int PLACE_BYTES = 3;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int SIGNATURE_BYTES = 8;
    private static final int SECRET_BYTES = 32;

    private final Mac signature;

    /** @param random makes the signing key */
    RouteTokens(RandomGenerator random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        try {
            signature = Mac.getInstance("HmacSHA256");
            signature.init(new SecretKeySpec(secret, "HmacSHA256"));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java has no HmacSHA256", missing);
        }
    }

    /** @param hop with a literal address and a port */
    String of(Hop hop) {
        byte[] address = InetAddress.ofLiteral(hop.host()).getAddress();
        byte[] place = ByteBuffer.allocate(PLACE_BYTES + address.length)
                .put((byte) (hop.transport().reliable() ? 1 : 0))
                .putShort((short) hop.port())
                .put(address)
                .array();
        return HexFormat.of().formatHex(place) + HexFormat.of().formatHex(sign(place));
    }

    /** The place that a token of ours names; empty for anything else. */
    Optional<Hop> hop(String token) {
        int bytes = token.length() / 2;
        int address = bytes - PLACE_BYTES - SIGNATURE_BYTES;
        boolean likely = token.length() % 2 == 0
                && (address == IPV4_BYTES || address == IPV6_BYTES)
                && token.chars().allMatch(HexFormat::isHexDigit);
        if (!likely) {
            return Optional.empty();
        }
        byte[] signed = HexFormat.of().parseHex(token);
        byte[] place = Arrays.copyOf(signed, bytes - SIGNATURE_BYTES);
        if (!MessageDigest.isEqual(sign(place), Arrays.copyOfRange(signed, place.length, bytes))) {
            return Optional.empty();
        }
        try {
            String host = InetAddress.getByAddress(Arrays.copyOfRange(place, PLACE_BYTES, place.length))
                    .getHostAddress();
            int port = Short.toUnsignedInt(ByteBuffer.wrap(place).getShort(1));
            return Optional.of(new Hop(place[0] == 0 ? Transport.UDP : Transport.TCP, host, port));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + address + " bytes", impossible);
        }
    }

    private byte[] sign(byte[] place) {
        return Arrays.copyOf(signature.doFinal(place), SIGNATURE_BYTES);
    }
}
