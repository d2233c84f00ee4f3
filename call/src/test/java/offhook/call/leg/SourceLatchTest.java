package offhook.call.leg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class SourceLatchTest {
    private static final InetSocketAddress ANNOUNCED = address(4000);
    private static final InetSocketAddress NAT = address(5000);
    private static final InetSocketAddress STRANGER = address(6000);
    private static final long SOON = SourceLatch.CONFIRM_NANOS / 2;
    private static final long LATE = SourceLatch.CONFIRM_NANOS * 2;

    private final SourceLatch latch = new SourceLatch();

    @Test
    void nothingIsAcceptedBeforeAnAddressIsAnnounced() {
        assertFalse(latch.accepts(STRANGER, 0));
        assertNull(latch.target());
    }

    @Test
    void theAnnouncedAddressIsTheTargetUntilMediaArrives() {
        latch.announce(ANNOUNCED, 0);
        assertEquals(ANNOUNCED, latch.target());
    }

    @Test
    void aPeerBehindANatIsLatchedOnToAndHeldOnTo() {
        latch.announce(ANNOUNCED, 0);
        assertTrue(latch.accepts(NAT, 0));
        assertEquals(NAT, latch.target());
        assertFalse(latch.accepts(STRANGER, SOON));
        assertFalse(latch.accepts(STRANGER, LATE));
        assertEquals(NAT, latch.target());
    }

    @Test
    void theAnnouncedAddressTakesOverFromAFasterStranger() {
        latch.announce(ANNOUNCED, 0);
        assertTrue(latch.accepts(STRANGER, 0));
        assertTrue(latch.accepts(ANNOUNCED, SOON));
        assertEquals(ANNOUNCED, latch.target());
        assertFalse(latch.accepts(STRANGER, SOON + 1));
    }

    @Test
    void theAnnouncedAddressComesTooLateOnceTheLatchIsOld() {
        latch.announce(ANNOUNCED, 0);
        assertTrue(latch.accepts(NAT, 0));
        assertFalse(latch.accepts(ANNOUNCED, LATE));
        assertEquals(NAT, latch.target());
    }

    @Test
    void aNewlyAnnouncedAddressOpensTheLatchAgain() {
        latch.announce(ANNOUNCED, 0);
        assertTrue(latch.accepts(NAT, 0));
        latch.announce(address(4002), 0);
        assertEquals(address(4002), latch.target());
        assertTrue(latch.accepts(STRANGER, LATE));
    }

    @Test
    void whatIsOnItsWayFromTheOldPlaceIsHeardAndDoesNotHoldTheMediaThere() {
        latch.announce(ANNOUNCED, 0);
        assertTrue(latch.accepts(ANNOUNCED, 0));
        latch.announce(address(4002), LATE);
        assertTrue(latch.accepts(ANNOUNCED, LATE + 1));
        assertEquals(address(4002), latch.target());
        assertTrue(latch.accepts(address(4002), LATE + 2));
        assertEquals(address(4002), latch.target());
        assertFalse(latch.accepts(ANNOUNCED, LATE + 3));
    }

    @Test
    void aPeerThatStaysWhereItWasIsFoundThereAfterAll() {
        latch.announce(ANNOUNCED, 0);
        assertTrue(latch.accepts(NAT, 0));
        latch.announce(address(4002), LATE);
        assertTrue(latch.accepts(NAT, LATE + 1));
        assertEquals(address(4002), latch.target());
        assertTrue(latch.accepts(NAT, LATE + SourceLatch.LEAVING_NANOS));
        assertEquals(NAT, latch.target());
    }

    @Test
    void theSameAddressAnnouncedAgainChangesNothing() {
        latch.announce(ANNOUNCED, 0);
        assertTrue(latch.accepts(NAT, 0));
        latch.announce(address(4000), 0);
        assertEquals(NAT, latch.target());
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
