package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SipPeekTest {
    private final SipPeek peek = new SipPeek();

    static void assertAgrees(SipMessage read, byte[] bytes) {
        byte[] shifted = new byte[bytes.length + 7];
        System.arraycopy(bytes, 0, shifted, 5, bytes.length);
        SipPeek peek = new SipPeek();
        assertTrue(peek.read(shifted, 5, bytes.length));
        assertEquals(read instanceof SipRequest, peek.isRequest());
        assertEquals(read.headers().cseq().method(), peek.method());
        assertEquals(read.headers().via().branch(), peek.branch());
        assertEquals(read.headers().from().tag(), peek.fromTag());
        assertEquals(read.headers().to().tag(), peek.toTag());
        assertEquals(read.headers().callId(), peek.callId());
        if (read instanceof SipRequest request) {
            assertEquals(request.uri().escapedUser(), peek.requestUser());
        }
    }

    @Test
    void findsWhatDecidesWhoseARequestIs() {
        byte[] bytes = """
                BYE sip:loop2-7@192.0.2.1:5070;ob SIP/2.0
                t: "odd ;tag=no" <sip:a@b;tag=no>;x=1 ;\r
                  TAG = ours
                f: sip:c@d;tag=theirs
                v : SIP/2.0/UDP h;rport ; branch = z9hG4bK1 , SIP/2.0/UDP g;branch=z9hG4bK2
                i: id@host

                t: <sip:body@is.not.looked.at>;tag=body
                """.replace("\r", "").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        assertTrue(peek.read(bytes, 0, bytes.length));
        assertTrue(peek.isRequest());
        assertEquals("BYE", peek.method());
        assertEquals("loop2-7", peek.requestUser());
        assertEquals("ours", peek.toTag());
        assertEquals("theirs", peek.fromTag());
        assertEquals("z9hG4bK1", peek.branch());
        assertEquals("id@host", peek.callId());
    }

    @Test
    void keepsNothingOfTheMessageBefore() {
        byte[] first = Torture.bytes("wsinv");
        byte[] second = "SIP/2.0 200 OK\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        assertTrue(peek.read(first, 0, first.length));
        assertTrue(peek.read(second, 0, second.length));
        assertFalse(peek.isRequest());
        assertEquals(
                "", peek.method() + peek.requestUser() + peek.branch() + peek.toTag() + peek.fromTag() + peek.callId());
    }

    @Test
    void isNotFooledByWhatIsNotSip() {
        for (String other : new String[] {"", "\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "x", "INVITE sip:a@b SIP/2.0"}) {
            byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
            assertFalse(peek.read(bytes, 0, bytes.length), other);
        }
    }
}
