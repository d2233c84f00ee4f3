package offhook.media.srtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.utils.ByteArrayBuffer;
import org.jitsi.utils.logging2.LoggerImpl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we protect, jitsi-srtp unprotects, and the other way round: random packets, over rollovers. */
class JitsiOracleTest {
    private static final int SSRC = 0xCAFE_BABE;
    private static final Logger ROOT = Logger.getLogger("org.jitsi");

    @BeforeAll
    static void quiet() {
        ROOT.setLevel(Level.SEVERE);
    }

    @ParameterizedTest
    @EnumSource
    void jitsiUnprotectsWhatWeProtect(SrtpProfile profile) throws GeneralSecurityException {
        for (long seed = 1; seed <= 10; seed++) {
            var random = new Random(seed);
            byte[] key = TestPackets.key(profile, random);
            byte[] salt = TestPackets.salt(profile, random);
            var ours = new SrtpContext(profile, key, salt);
            var factory = new SrtpContextFactory(
                    false, key.clone(), salt.clone(), policy(profile), rtcpPolicy(profile), new LoggerImpl("oracle"));
            SrtpCryptoContext rtp = factory.deriveContext(SSRC, 0);
            SrtcpCryptoContext rtcp = factory.deriveControlContext(SSRC);
            int index = 65_400 + random.nextInt(100);
            for (int i = 0; i < 200; i++, index += 1 + random.nextInt(200)) {
                String where = "seed " + seed + ", packet " + i;
                byte[] packet = TestPackets.rtp(random, SSRC, index & 0xFFFF);
                var buffer = new Buffer(packet);
                buffer.length = ours.protect(buffer.bytes, buffer.offset, packet.length);
                assertEquals(SrtpErrorStatus.OK, rtp.reverseTransformPacket(buffer, false), where);
                assertArrayEquals(packet, buffer.packet(), where);

                byte[] report = TestPackets.rtcp(random, SSRC);
                var reportBuffer = new Buffer(report);
                reportBuffer.length = ours.protectRtcp(reportBuffer.bytes, reportBuffer.offset, report.length);
                assertEquals(SrtpErrorStatus.OK, rtcp.reverseTransformPacket(reportBuffer), where);
                assertArrayEquals(report, reportBuffer.packet(), where);
            }
            factory.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void weUnprotectWhatJitsiProtects(SrtpProfile profile) throws GeneralSecurityException {
        for (long seed = 1; seed <= 10; seed++) {
            var random = new Random(seed);
            byte[] key = TestPackets.key(profile, random);
            byte[] salt = TestPackets.salt(profile, random);
            var ours = new SrtpContext(profile, key, salt);
            var factory = new SrtpContextFactory(
                    true, key.clone(), salt.clone(), policy(profile), rtcpPolicy(profile), new LoggerImpl("oracle"));
            SrtpCryptoContext rtp = factory.deriveContext(SSRC, 0);
            SrtcpCryptoContext rtcp = factory.deriveControlContext(SSRC);
            int index = 65_400 + random.nextInt(100);
            for (int i = 0; i < 200; i++, index += 1 + random.nextInt(200)) {
                String where = "seed " + seed + ", packet " + i;
                byte[] packet = TestPackets.rtp(random, SSRC, index & 0xFFFF);
                var buffer = new Buffer(packet);
                assertEquals(SrtpErrorStatus.OK, rtp.transformPacket(buffer), where);
                assertEquals(packet.length, ours.unprotect(buffer.bytes, buffer.offset, buffer.length), where);
                buffer.length = packet.length;
                assertArrayEquals(packet, buffer.packet(), where);

                byte[] report = TestPackets.rtcp(random, SSRC);
                var reportBuffer = new Buffer(report);
                assertEquals(SrtpErrorStatus.OK, rtcp.transformPacket(reportBuffer), where);
                int length = ours.unprotectRtcp(reportBuffer.bytes, reportBuffer.offset, reportBuffer.length);
                assertEquals(report.length, length, where);
                reportBuffer.length = length;
                assertArrayEquals(report, reportBuffer.packet(), where);
            }
            factory.close();
        }
    }

    private static SrtpPolicy rtcpPolicy(SrtpProfile profile) {
        return policy(profile == SrtpProfile.AES_CM_128_HMAC_SHA1_32 ? SrtpProfile.AES_CM_128_HMAC_SHA1_80 : profile);
    }

    private static SrtpPolicy policy(SrtpProfile profile) {
        return switch (profile) {
            case AES_CM_128_HMAC_SHA1_80 ->
                new SrtpPolicy(SrtpPolicy.AESCM_ENCRYPTION, 16, SrtpPolicy.HMACSHA1_AUTHENTICATION, 20, 10, 14);
            case AES_CM_128_HMAC_SHA1_32 ->
                new SrtpPolicy(SrtpPolicy.AESCM_ENCRYPTION, 16, SrtpPolicy.HMACSHA1_AUTHENTICATION, 20, 4, 14);
            case AEAD_AES_128_GCM ->
                new SrtpPolicy(SrtpPolicy.AESGCM_ENCRYPTION, 16, SrtpPolicy.NULL_AUTHENTICATION, 0, 16, 12);
            case AEAD_AES_256_GCM ->
                new SrtpPolicy(SrtpPolicy.AESGCM_ENCRYPTION, 32, SrtpPolicy.NULL_AUTHENTICATION, 0, 16, 12);
        };
    }

    /** jitsi's idea of a packet, over bytes of ours. */
    private static final class Buffer implements ByteArrayBuffer {
        private final byte[] bytes;
        private int offset = TestPackets.OFFSET;
        private int length;

        Buffer(byte[] packet) {
            bytes = TestPackets.placed(packet);
            length = packet.length;
        }

        byte[] packet() {
            return Arrays.copyOfRange(bytes, offset, offset + length);
        }

        @Override
        public byte[] getBuffer() {
            return bytes;
        }

        @Override
        public int getOffset() {
            return offset;
        }

        @Override
        public int getLength() {
            return length;
        }

        @Override
        public void setLength(int newLength) {
            length = newLength;
        }

        @Override
        public void setOffset(int newOffset) {
            offset = newOffset;
        }

        @Override
        public boolean isInvalid() {
            return false;
        }

        @Override
        public void readRegionToBuff(int from, int count, byte[] target) {
            System.arraycopy(bytes, offset + from, target, 0, count);
        }

        @Override
        public void grow(int by) {
            // There is room enough behind every packet.
        }

        @Override
        public void append(byte[] more, int count) {
            System.arraycopy(more, 0, bytes, offset + length, count);
            length += count;
        }

        @Override
        public void shrink(int by) {
            length -= by;
        }
    }
}
