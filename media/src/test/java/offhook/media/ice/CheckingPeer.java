package offhook.media.ice;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import offhook.media.stun.MessageIntegrity;
import offhook.media.stun.StunMessage;
import offhook.media.stun.StunWriter;

/** The full agent at the other end: writes checks, and keeps what the lite agent does. */
final class CheckingPeer implements IceLite.Outbox {
    record Sent(InetSocketAddress to, StunMessage message) {}

    final IceCredentials lite;
    final IceCredentials own;
    final List<Sent> sent = new ArrayList<>();
    final List<InetSocketAddress> selected = new ArrayList<>();
    int expirations;

    private final Random random = new Random(8445);
    private final StunWriter writer = new StunWriter();

    CheckingPeer() {
        lite = IceCredentials.generate(random);
        own = IceCredentials.generate(random);
    }

    byte[] check() {
        return check(UnaryOperator.identity());
    }

    byte[] nominatingCheck() {
        return check(StunWriter::useCandidate);
    }

    byte[] check(UnaryOperator<StunWriter> more) {
        return check(lite.ufrag() + ":" + own.ufrag(), lite.password(), more);
    }

    byte[] check(String username, String password, UnaryOperator<StunWriter> more) {
        byte[] transactionId = new byte[StunMessage.TRANSACTION_ID_LENGTH];
        random.nextBytes(transactionId);
        more.apply(writer.bindingRequest(transactionId).username(username).priority(0x7E00_01FFL))
                .finish(MessageIntegrity.shortTerm(password));
        return Arrays.copyOf(writer.bytes(), writer.length());
    }

    StunMessage lastResponse() {
        return sent.getLast().message();
    }

    @Override
    public void transmit(InetSocketAddress to, byte[] bytes, int offset, int length) {
        StunMessage message = new StunMessage();
        if (!message.wrap(Arrays.copyOfRange(bytes, offset, offset + length), 0, length)) {
            throw new AssertionError("A response that is no STUN message");
        }
        sent.add(new Sent(to, message));
    }

    @Override
    public void selected(InetSocketAddress remote) {
        selected.add(remote);
    }

    @Override
    public void consentExpired() {
        expirations++;
    }
}
