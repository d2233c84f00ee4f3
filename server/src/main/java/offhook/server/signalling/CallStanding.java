package offhook.server.signalling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where one call stands by what its browser was told, so that a browser that comes back can be told again. Each method
 * that says what happened gives the message that tells it. One thread at a time.
 */
final class CallStanding {
    private CallFacts facts;

    /** The messages that offered an incoming call, as long as nobody has taken it. */
    private final List<String> announcement = new ArrayList<>();

    /** The message that told of the call's last status; empty before the first. */
    private String status = "";

    /** Whether the peer holds us, and who the peer is if that has changed, as our SDK was told; empty if it was not. */
    private String holding = "";

    private String peer = "";
    private String peerNumber;
    private String transferTarget = "";
    private boolean familiar = true;

    CallStanding(CallFacts facts) {
        this.facts = facts;
        peerNumber = facts.incoming() ? facts.caller() : facts.callee();
    }

    CallFacts facts() {
        return facts;
    }

    /** The number or user of whoever is at the other end now. */
    String peerNumber() {
        return peerNumber;
    }

    /** Who is to take over after the transfer that is under way. */
    String transferTarget() {
        return transferTarget;
    }

    void transferTo(String target) {
        transferTarget = target;
    }

    /** The browser is on another connection, perhaps because its page was loaded again. */
    void pageChanged() {
        familiar = !announcement.isEmpty();
    }

    /** Whether the page surely knows of the call: it was dialled or announced on the connection that there is now. */
    boolean isFamiliar() {
        return familiar;
    }

    /** The browser takes the call. */
    void answered() {
        announcement.clear();
    }

    // ------------------------------------------------------------------ what happened

    String described(String sdp, boolean answer) {
        String message = WcsWriter.remoteSdp(facts.callId(), sdp, answer);
        if (!answer) {
            announcement.add(message);
        }
        return message;
    }

    /**
     * Somebody calls; the offer came before.
     *
     * @param headers for our SDK
     */
    String incoming(CallFacts caller, Map<String, String> headers) {
        facts = caller;
        peerNumber = caller.caller();
        String message = WcsWriter.incoming(caller, headers);
        announcement.add(message);
        return message;
    }

    String trying() {
        return now(WcsWriter.trying(facts));
    }

    String ring(boolean earlyMedia) {
        return now(WcsWriter.ring(facts, earlyMedia));
    }

    String talk() {
        announcement.clear();
        return now(WcsWriter.talk(facts));
    }

    String hold() {
        return now(WcsWriter.hold(facts));
    }

    String heldByPeer(boolean held) {
        holding = WcsWriter.heldByPeer(facts.callId(), held);
        return holding;
    }

    String peerChanged(String number, String name) {
        peerNumber = number;
        peer = WcsWriter.peer(facts.callId(), number, name);
        return peer;
    }

    private String now(String message) {
        status = message;
        return message;
    }

    // ------------------------------------------------------------------ telling it again

    /**
     * All that a browser must know of the call, in the order in which it was told first. The answer to an offer of the
     * browser's own is not in it: it is for that one connection only.
     */
    List<String> restated(boolean ours) {
        List<String> messages = new ArrayList<>(announcement);
        messages.add(status);
        if (ours) {
            messages.add(peer);
            messages.add(holding);
        }
        messages.removeIf(String::isEmpty);
        return messages;
    }

    /** The last status once more; empty before the first. */
    String status() {
        return status;
    }
}
