package offhook.sip.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import offhook.sip.message.HeaderName;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;

/** One transaction layer in virtual time that writes down all it does. Times are in milliseconds here. */
final class Bench {
    static final long MS = 1_000_000L;
    static final Hop UDP_HOP = new Hop(Transport.UDP, "pbx.example", 5060);
    static final Hop TCP_HOP = new Hop(Transport.TCP, "pbx.example", 5060);
    static final Arrival UDP_ARRIVAL = new Arrival(Transport.UDP, address("192.0.2.7", 5062), 0);
    static final Arrival TCP_ARRIVAL = new Arrival(Transport.TCP, address("192.0.2.7", 41_000), 3);

    /** A message that left, when, and by which way: one of hop and arrival is there. */
    record Sent(long atMillis, SipMessage message, Optional<Hop> hop, Optional<Arrival> arrival) {
        String what() {
            return message instanceof SipRequest request
                    ? request.method()
                    : Integer.toString(((SipResponse) message).status());
        }

        @Override
        public String toString() {
            return atMillis + " " + what();
        }
    }

    /** What the user of the layer heard. */
    record Heard(long atMillis, String what) {
        @Override
        public String toString() {
            return atMillis + " " + what;
        }
    }

    final Deadlines deadlines = new Deadlines();
    final List<Sent> sent = new ArrayList<>();
    final List<Heard> heard = new ArrayList<>();
    final List<ServerTransaction> opened = new ArrayList<>();
    final TransactionLayer layer;

    private long nowMillis;

    final TransactionLayer.ResponseHandler handler = new TransactionLayer.ResponseHandler() {
        @Override
        public void onResponse(SipResponse response, long nowNanos) {
            heard.add(new Heard(nowNanos / MS, Integer.toString(response.status())));
        }

        @Override
        public void onFailure(TransactionFailure failure, long nowNanos) {
            heard.add(new Heard(nowNanos / MS, failure.name()));
        }
    };

    Bench() {
        this(TransactionLimits.DEFAULT);
    }

    Bench(TransactionLimits limits) {
        layer = new TransactionLayer(
                new Tokens("o3.", new Random(1)),
                hop -> new SentBy("gateway.example", 5070),
                TimerSettings.DEFAULT,
                limits,
                deadlines,
                new TransactionLayer.Outbox() {
                    @Override
                    public void send(Hop hop, byte[] message) {
                        sent.add(new Sent(nowMillis, parse(message), Optional.of(hop), Optional.empty()));
                    }

                    @Override
                    public void reply(Arrival to, byte[] message) {
                        sent.add(new Sent(nowMillis, parse(message), Optional.empty(), Optional.of(to)));
                    }
                },
                new TransactionLayer.RequestHandler() {
                    @Override
                    public void onRequest(SipRequest request, ServerTransaction transaction, long nowNanos) {
                        heard.add(new Heard(nowNanos / MS, request.method()));
                        opened.add(transaction);
                    }

                    @Override
                    public void onAck(SipRequest ack, Arrival from, long nowNanos) {
                        heard.add(new Heard(nowNanos / MS, "ACK"));
                    }
                });
    }

    static InetSocketAddress address(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    static SipMessage parse(byte[] bytes) {
        return SipParser.parse(bytes, 0, bytes.length);
    }

    static SipRequest request(String text) {
        return (SipRequest)
                parse((text.stripIndent().strip().replace("\n", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A request of ours, without Via. */
    static SipRequest ours(String method) {
        SipRequest request = request("""
                %1$s sip:bob@example.com SIP/2.0
                Via: SIP/2.0/UDP removed.example;branch=z9hG4bKx
                Route: <sip:edge.example;lr>
                Max-Forwards: 70
                From: <sip:alice@example.com>;tag=a1
                To: <sip:bob@example.com>
                Call-ID: c1
                CSeq: 7 %1$s
                Contact: <sip:alice@gateway.example:5070>
                """.formatted(method));
        return request.with(request.headers().without(HeaderName.VIA));
    }

    /** A request of a peer. */
    static SipRequest theirs(String method, String branch) {
        return request("""
                %1$s sip:1000@gateway.example SIP/2.0
                Via: SIP/2.0/UDP 192.0.2.7:5062;branch=%2$s;rport
                Max-Forwards: 70
                From: <sip:carol@example.com>;tag=c9
                To: <sip:1000@example.com>
                Call-ID: theirs-1
                CSeq: 3 %1$s
                Contact: <sip:carol@192.0.2.7:5062>
                """.formatted(method, branch));
    }

    static SipResponse answer(SipRequest request, int status) {
        return SipResponse.answering(request, status, status == 100 ? "" : "b2");
    }

    long now() {
        return nowMillis * MS;
    }

    /** Lets time pass, stopping at each deadline on the way. */
    void until(long millis) {
        while (deadlines.deadlineNanos() <= millis * MS) {
            nowMillis = deadlines.deadlineNanos() / MS;
            assertEquals(deadlines.deadlineNanos(), nowMillis * MS, "deadlines fall on whole milliseconds");
            deadlines.onDeadline(now());
        }
        nowMillis = millis;
    }

    void receive(SipMessage message, Arrival from) {
        layer.onMessage(parse(message.toBytes()), from, now());
    }

    /** A response of the peer to the last request of that method that we sent. */
    void respond(String method, int status) {
        receive(answer(lastRequest(method), status), UDP_ARRIVAL);
    }

    SipRequest lastRequest(String method) {
        return (SipRequest) sent.reversed().stream()
                .filter(message -> message.what().equals(method))
                .findFirst()
                .orElseThrow()
                .message();
    }

    SipResponse lastResponse() {
        return (SipResponse) sent.getLast().message();
    }

    String sentLog() {
        return String.join(", ", sent.stream().map(Sent::toString).toList());
    }

    String heardLog() {
        return String.join(", ", heard.stream().map(Heard::toString).toList());
    }
}
