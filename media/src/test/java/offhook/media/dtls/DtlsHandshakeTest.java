package offhook.media.dtls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class DtlsHandshakeTest {
    @Test
    void twoAssociationsAgreeOnKeys() {
        var alice = new TestEndpoint();
        var bob = new TestEndpoint();
        var client = alice.association(TestEndpoint.ALICE, DtlsRole.CLIENT, TestEndpoint.BOB, 1);
        var server = bob.association(TestEndpoint.BOB, DtlsRole.SERVER, TestEndpoint.ALICE, 2);
        server.start(0);
        client.start(0);
        while (!alice.sent.isEmpty() || !bob.sent.isEmpty()) {
            byte[] d = alice.sent.poll();
            if (d != null) {
                System.out.println("c->s " + d.length);
                server.onDatagram(d, 0, d.length, 0);
                continue;
            }
            d = bob.sent.poll();
            System.out.println("s->c " + d.length);
            client.onDatagram(d, 0, d.length, 0);
        }
        assertEquals(List.of(), alice.failures);
        assertEquals(List.of(), bob.failures);
        assertArrayEquals(
                alice.keys.getFirst().localMasterKey(), bob.keys.getFirst().remoteMasterKey());
    }
}
