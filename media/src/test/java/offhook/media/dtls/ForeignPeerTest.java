package offhook.media.dtls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import offhook.media.dtls.DtlsFailure.Reason;
import org.junit.jupiter.api.Test;

/** Against Bouncy Castle as it comes: every record in its own datagram, messages cut at 400 bytes, its own clock. */
class ForeignPeerTest {
    @Test
    void aForeignClientConnects() throws InterruptedException {
        var peer = RawBouncyCastle.client(TestEndpoint.ALICE);
        var bob = new TestEndpoint();
        peer.shakeHandsWith(bob.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, 1), bob);
        assertEquals(List.of(), bob.failures);
        assertEquals("connected", peer.end());
        SrtpKeys keys = bob.keys.getFirst();
        assertArrayEquals(Arrays.copyOfRange(peer.keyingMaterial(), 0, 16), keys.remoteMasterKey());
        assertArrayEquals(Arrays.copyOfRange(peer.keyingMaterial(), 16, 32), keys.localMasterKey());
        assertArrayEquals(Arrays.copyOfRange(peer.keyingMaterial(), 32, 46), keys.remoteMasterSalt());
        assertArrayEquals(Arrays.copyOfRange(peer.keyingMaterial(), 46, 60), keys.localMasterSalt());
    }

    @Test
    void aForeignServerConnects() throws InterruptedException {
        assertServes(RawBouncyCastle.server(TestEndpoint.BOB));
    }

    /** We need no cookies, but some servers ask for one (RFC 6347 section 4.2.1). */
    @Test
    void aForeignServerThatAsksForACookieConnects() throws InterruptedException {
        assertServes(RawBouncyCastle.serverWithCookies(TestEndpoint.BOB));
    }

    private static void assertServes(RawBouncyCastle peer) throws InterruptedException {
        var alice = new TestEndpoint();
        peer.shakeHandsWith(alice.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, 1), alice);
        assertEquals(List.of(), alice.failures);
        assertEquals("connected", peer.end());
        SrtpKeys keys = alice.keys.getFirst();
        assertArrayEquals(Arrays.copyOfRange(peer.keyingMaterial(), 0, 16), keys.localMasterKey());
        assertArrayEquals(Arrays.copyOfRange(peer.keyingMaterial(), 46, 60), keys.remoteMasterSalt());
    }

    /** Without it no keys may be exported (RFC 7627 section 5.4). */
    @Test
    void aPeerWithoutExtendedMasterSecretIsRefused() throws InterruptedException {
        var peer = RawBouncyCastle.client(TestEndpoint.ALICE).withoutExtendedMasterSecret();
        var bob = new TestEndpoint();
        peer.shakeHandsWith(bob.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, 1), bob);
        assertEquals(Reason.PROTOCOL, bob.failures.getFirst().reason());
        assertTrue(
                bob.failures.getFirst().detail().contains("Extended Master Secret"),
                bob.failures.getFirst().detail());
        assertTrue(peer.end().contains("handshake_failure"), peer.end());
    }
}
