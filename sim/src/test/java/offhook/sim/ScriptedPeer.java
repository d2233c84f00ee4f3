package offhook.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.NameAddress;
import offhook.sip.message.SipMessage;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipParser;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;
import org.jspecify.annotations.Nullable;

/**
 * A telephone system that says exactly what a test says. Only REGISTER it answers by itself. What the gateway repeats
 * is heard once.
 */
final class ScriptedPeer {
    static final long REGISTRATION_SECONDS = 120;
    private static final long PATIENCE_NANOS = 70_000_000_000L;

    final List<SipMessage> received = new ArrayList<>();
    final List<byte[]> datagrams = new ArrayList<>();
    final InetSocketAddress address = Addresses.of(Addresses.PBX, 5_060);
    int unreadable;
    int registrations;
    int unregistrations;

    /** Unless empty: what every re-INVITE is answered by, without the test hearing of it. */
    String refreshAnswer = "";

    int refreshes;

    private final CallStage stage;
    private final Set<String> known = new HashSet<>();
    private final Set<SipMessage> read = new HashSet<>();
    private @Nullable NameAddress contact;
    private int branches;
    private int calls;

    ScriptedPeer(CallStage stage) {
        this.stage = stage;
        stage.network.bind(address, this::onDatagram);
    }

    /** One call as this side sees it. */
    final class Dialog {
        private final String callId;
        private final NameAddress us;
        private NameAddress them;
        private SipUri target;
        private int sequence;
        private String lastBranch = "";

        private Dialog(String callId, NameAddress us, NameAddress them, SipUri target, int sequence) {
            this.callId = callId;
            this.us = us;
            this.them = them;
            this.target = target;
            this.sequence = sequence;
        }

        /** A new request of this dialog. */
        SipRequest request(String method, String sdp) {
            return requestWith(method, sdp);
        }

        /** A new request of this dialog, with further header fields as name and value in turn. */
        SipRequest requestWith(String method, String sdp, String... fields) {
            sequence++;
            SipRequest request = with(build(method, sdp, sequence, ""), fields);
            lastBranch = request.headers().via().branch();
            return send(request);
        }

        /** Tells how far a call to somebody else has come that the gateway asked for. */
        SipRequest notify(String status, boolean last) {
            sequence++;
            SipRequest request = with(
                    build("NOTIFY", "", sequence, ""),
                    "Event",
                    "refer",
                    "Subscription-State",
                    last ? "terminated;reason=noresource" : "active;expires=60");
            return send(request.withBody("message/sipfrag", "SIP/2.0 " + status + "\r\n"));
        }

        /** Names the dialog to whoever is to replace it, as the gateway knows it. */
        String replaces() {
            return callId + ";to-tag=" + them.tag() + ";from-tag=" + us.tag();
        }

        /** A new request of this dialog with a body of another kind than a description. */
        SipRequest request(String method, String contentType, String body) {
            sequence++;
            SipRequest request = build(method, "", sequence, "");
            return send(body.isEmpty() ? request : request.withBody(contentType, body));
        }

        /** The ACK for a final response to our last INVITE. */
        void acknowledge(SipResponse success, String sdp) {
            them = success.headers().to();
            target = success.headers().contacts().stream()
                    .findFirst()
                    .map(NameAddress::uri)
                    .orElse(target);
            send(build(SipMethod.ACK, sdp, success.headers().cseq().number(), ""));
        }

        /** Gives up our last INVITE. */
        void cancel() {
            send(build(SipMethod.CANCEL, "", sequence, lastBranch));
        }

        private static SipRequest with(SipRequest request, String... fields) {
            Headers headers = request.headers();
            for (int i = 0; i < fields.length; i += 2) {
                headers = headers.append(fields[i], fields[i + 1]);
            }
            return request.with(headers);
        }

        private SipRequest build(String method, String sdp, long number, String branch) {
            String id = branch.isEmpty() ? "z9hG4bKs" + branches++ : branch;
            Headers headers = Headers.NONE
                    .append(HeaderName.VIA, "SIP/2.0/UDP " + Addresses.PBX + ":5060;branch=" + id)
                    .append(HeaderName.MAX_FORWARDS, "70")
                    .append(HeaderName.FROM, us)
                    .append(HeaderName.TO, them)
                    .append(HeaderName.CALL_ID, callId)
                    .append(HeaderName.CSEQ, number + " " + method)
                    .append(HeaderName.CONTACT, "<sip:2000@" + Addresses.PBX + ">");
            SipRequest request = SipRequest.of(method, target, headers);
            return sdp.isEmpty() ? request : request.withBody("application/sdp", sdp);
        }
    }

    /** Calls the registered user, with further header fields as name and value in turn. */
    Dialog call(String sdp, String... fields) {
        NameAddress registered = contact;
        assertTrue(registered != null, "nobody is registered");
        Dialog dialog = dialogTo(registered.uri().asRequestUri());
        dialog.requestWith(SipMethod.INVITE, sdp, fields);
        return dialog;
    }

    /** A dialog that is to begin with a request for this target. */
    Dialog dialogTo(SipUri target) {
        calls++;
        return new Dialog(
                "scripted-" + calls,
                NameAddress.parse("\"Alice\" <sip:2000@" + Addresses.PBX + ">").withTag("peer" + calls),
                NameAddress.parse("<sip:1000@" + Addresses.PBX + ">"),
                target,
                0);
    }

    /** The dialog that our 2xx to the gateway's INVITE made. */
    Dialog dialogOf(SipRequest invite, String tag) {
        return new Dialog(
                invite.headers().callId(),
                invite.headers().to().withTag(tag),
                invite.headers().from(),
                invite.headers().contacts().getFirst().uri(),
                100);
    }

    void respond(SipRequest request, int status, String tag, String sdp, String... fields) {
        SipResponse response = SipResponse.answering(request, status, tag);
        Headers headers = response.headers().with(HeaderName.CONTACT, "<sip:2000@" + Addresses.PBX + ">");
        for (int i = 0; i < fields.length; i += 2) {
            headers = headers.append(fields[i], fields[i + 1]);
        }
        SipResponse complete = response.with(headers);
        sendBytes(bytes(sdp.isEmpty() ? complete : complete.withBody("application/sdp", sdp)));
    }

    /** The next request of this method that no test has looked at. */
    SipRequest expect(String method) {
        return (SipRequest) await(message -> message instanceof SipRequest request && request.is(method), method);
    }

    /** The next final response that no test has looked at. */
    SipResponse expectFinal(String method) {
        return (SipResponse) await(
                message -> message instanceof SipResponse response
                        && response.isFinal()
                        && response.headers().cseq().method().equals(method),
                "a final response to " + method);
    }

    /** Whether there was such a request, looked at or not. */
    boolean heard(String method) {
        return received.stream().anyMatch(message -> message instanceof SipRequest request && request.is(method));
    }

    void sendBytes(byte[] bytes) {
        stage.network.send(address, stage.gateway.sipAddress(), bytes, 0, bytes.length);
    }

    static byte[] bytes(SipMessage message) {
        return message.toBytes();
    }

    private SipRequest send(SipRequest request) {
        sendBytes(bytes(request));
        return request;
    }

    private SipMessage await(Predicate<SipMessage> wanted, String what) {
        long end = stage.network.nowNanos() + PATIENCE_NANOS;
        while (stage.network.nowNanos() < end) {
            for (SipMessage message : List.copyOf(received)) {
                if (wanted.test(message) && read.add(message)) {
                    return message;
                }
            }
            stage.run(10_000_000L);
        }
        throw new AssertionError("no " + what + " in time; received:\n" + received);
    }

    private void onDatagram(InetSocketAddress from, byte[] bytes, int offset, int length, long nowNanos) {
        SipMessage message;
        try {
            message = SipParser.parse(bytes, offset, length);
        } catch (SipSyntaxException e) {
            unreadable++; // The refusal of a message that we mangled mirrors what it could not read.
            return;
        }
        datagrams.add(Arrays.copyOfRange(bytes, offset, offset + length));
        String first =
                message instanceof SipResponse response ? "" + response.status() : ((SipRequest) message).method();
        if (!known.add(first + message.headers().via().branch())) {
            return;
        }
        if (message instanceof SipRequest request && request.is(SipMethod.REGISTER)) {
            register(request);
            return;
        }
        if (!refreshAnswer.isEmpty() && message instanceof SipRequest request && isReinvite(request)) {
            refreshes++;
            respond(request, 200, "", refreshAnswer);
            return;
        }
        received.add(message);
    }

    private static boolean isReinvite(SipRequest request) {
        return request.is(SipMethod.INVITE) && !request.headers().to().tag().isEmpty();
    }

    private void register(SipRequest request) {
        NameAddress binding = request.headers().contacts().getFirst();
        boolean withdrawn = request.headers().expires().orElse(300) == 0
                || binding.toString().endsWith("expires=0");
        if (withdrawn) {
            unregistrations++;
        } else {
            registrations++;
            contact = binding;
        }
        long expires = withdrawn ? 0 : REGISTRATION_SECONDS;
        SipResponse response = SipResponse.answering(request, 200, "r" + registrations);
        sendBytes(bytes(response.with(
                response.headers().with(HeaderName.CONTACT, binding.withParameter("expires", "" + expires)))));
    }

    /** A description with one audio section. */
    static String sdp(String host, int port, String direction, String... formats) {
        StringBuilder text = new StringBuilder();
        text.append("v=0\r\no=peer 7 ")
                .append(port)
                .append(" IN IP4 ")
                .append(Addresses.PBX)
                .append("\r\ns=-\r\n");
        text.append("c=IN IP4 ")
                .append(host)
                .append("\r\nt=0 0\r\nm=audio ")
                .append(port)
                .append(" RTP/AVP");
        for (String format : formats) {
            text.append(' ').append(format, 0, format.indexOf(' '));
        }
        text.append("\r\n");
        for (String format : formats) {
            text.append("a=rtpmap:").append(format).append("\r\n");
        }
        return text.append("a=").append(direction).append("\r\n").toString();
    }

    static String text(SipMessage message) {
        return new String(message.body(), StandardCharsets.UTF_8);
    }
}
