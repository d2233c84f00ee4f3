package offhook.call;

import java.util.ArrayDeque;
import java.util.stream.Stream;
import offhook.call.bridge.KeyEar;
import offhook.call.bridge.KeyPlayer;
import offhook.call.offer.AudioFormat;
import offhook.call.offer.CodecPlan;
import offhook.media.dtmf.TelephoneEvent;
import offhook.sip.dialog.Body;
import offhook.sip.dialog.InDialogRequest;
import offhook.sip.dialog.InviteSession;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one call. Those for the peer wait in line and are pressed one after the other, each by the way that was asked
 * for or, by itself, by the best that the peer takes. Those that the peer presses are told once, by whichever way they come.
 * Not thread-safe: one owner.
 */
final class CallKeys {
    /** What the keys need of their call. */
    interface Owner {
        /** The SIP session, once there is one. */
        @Nullable
        InviteSession session();

        void report(AgentEvent.CallEvent event);

        /** Runs what a response to one of our requests brings, and looks at the deadline again. */
        void onResponse(long nowNanos, Runnable work);
    }

    /** The names of requests that may be refused. */
    private static final String SEND = "sendDtmf";

    private static final String PRESS = "pressKey";

    private static final int MIN_PRESS_MILLIS = 40;
    private static final int MAX_PRESS_MILLIS = 8_000;
    private static final int HELD = KeyPlayer.UNTIL_RELEASED;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** From the end of one key to the beginning of the next, at least. */
    private static final long PAUSE_NANOS = 60 * NANOS_PER_MILLI;
    /** A key that comes by another way than the one before it within this time is the same one, told twice. */
    private static final long ECHO_NANOS = 2_000 * NANOS_PER_MILLI;

    private static final Headers ACCEPTED =
            Headers.NONE.with(HeaderName.ACCEPT, KeyInfo.RELAY_TYPE + ", " + KeyInfo.PLAIN_TYPE);

    private final String callId;
    private final CallMedia media;
    private final CallLimits limits;
    private final Owner owner;
    private final KeyPlayer player;
    private final KeyEar peerEar = new KeyEar(true, new PeerKeys());
    private final KeyEar browserEar = new KeyEar(false, new BrowserKeys());

    private final ArrayDeque<Press> waiting = new ArrayDeque<>();
    private @Nullable Press current;
    /** Its pause over, the next key may begin. */
    private long earliestNanos = Long.MIN_VALUE;
    /** The peer does not take keys by INFO, whatever it said: automatic choice passes it over. */
    private boolean infoRefused;
    /** The person was told that keys of the browser's own cannot be passed on. */
    private boolean browserRefused;

    private @Nullable DtmfMethod heardBy;
    private long heardNanos;

    CallKeys(String callId, CallMedia media, CallLimits limits, Owner owner) {
        this.callId = callId;
        this.media = media;
        this.limits = limits;
        this.owner = owner;
        this.player = media.keyPlayer();
        media.ears(peerEar, browserEar);
    }

    /** One key that is to be pressed. */
    private static final class Press {
        final char key;
        final DtmfMethod asked;
        final String request;
        final long askedNanos;
        int durationMillis;

        /** How it is pressed: never {@link DtmfMethod#AUTO} once it has begun. */
        DtmfMethod method;

        /** As the peer receives it, in the RTP stream. */
        @Nullable
        AudioFormat format;

        long beganNanos;
        boolean infoSent;
        boolean infoTaken;

        Press(char key, DtmfMethod asked, String request, int durationMillis, long askedNanos) {
            this.key = key;
            this.asked = asked;
            this.method = asked;
            this.request = request;
            this.durationMillis = durationMillis;
            this.askedNanos = askedNanos;
        }

        boolean held() {
            return durationMillis == HELD;
        }

        long endNanos() {
            return held() ? Long.MAX_VALUE : beganNanos + durationMillis * NANOS_PER_MILLI;
        }

        boolean byInfo() {
            return method == DtmfMethod.INFO || method == DtmfMethod.INFO_RELAY;
        }
    }

    // ---- What the person presses ----

    /** Presses keys, after those that wait already. */
    void send(AgentCommand.SendDtmf command, long nowNanos) {
        String keys = command.keys();
        int duration = command.durationMillis();
        if (keys.isEmpty()) {
            refuse(SEND, EndReason.INVALID_FIELD, "dtmf is empty: send at least one of the keys 0-9 * # A-D.");
        } else if (keys.length() + waiting.size() > limits.dtmfKeys()) {
            refuse(SEND, EndReason.LIMIT_REACHED, "More than " + limits.dtmfKeys() + " keys at once: send fewer.");
        } else if (!keys.chars().allMatch(key -> TelephoneEvent.isKey((char) key))) {
            refuse(SEND, EndReason.INVALID_FIELD, "dtmf holds what no telephone has: send the keys 0-9 * # A-D.");
        } else if (duration < MIN_PRESS_MILLIS || duration > MAX_PRESS_MILLIS) {
            refuse(
                    SEND,
                    EndReason.INVALID_FIELD,
                    "duration is " + duration + " ms: a key lasts " + MIN_PRESS_MILLIS + " to " + MAX_PRESS_MILLIS
                            + " ms.");
        } else if (possible(command.method(), SEND)) {
            keys.chars()
                    .mapToObj(key ->
                            new Press(Character.toUpperCase((char) key), command.method(), SEND, duration, nowNanos))
                    .forEach(waiting::add);
            advance(nowNanos);
        }
    }

    /** Presses a key and keeps it pressed; one that was held is let go. */
    void press(AgentCommand.PressKey command, long nowNanos) {
        if (!TelephoneEvent.isKey(command.key())) {
            refuse(PRESS, EndReason.INVALID_FIELD, "key is none that a telephone has: press one of 0-9 * # A-D.");
        } else if (possible(command.method(), PRESS)) {
            hold(command.key(), command.method(), PRESS, nowNanos);
        }
    }

    /** Lets go of the key that is held. */
    void release(long nowNanos) {
        Press held = heldKey();
        if (held != null) {
            release(held, (int) ((nowNanos - held.askedNanos) / NANOS_PER_MILLI), nowNanos);
        }
    }

    private void hold(char key, DtmfMethod method, String request, long nowNanos) {
        release(nowNanos);
        if (waiting.size() >= limits.dtmfKeys()) {
            refuse(request, EndReason.LIMIT_REACHED, limits.dtmfKeys() + " keys wait already: press later.");
            return;
        }
        waiting.add(new Press(Character.toUpperCase(key), method, request, HELD, nowNanos));
        advance(nowNanos);
    }

    private @Nullable Press heldKey() {
        Press down = current;
        return Stream.concat(Stream.ofNullable(down), waiting.stream())
                .filter(Press::held)
                .findFirst()
                .orElse(null);
    }

    private void release(Press held, int durationMillis, long nowNanos) {
        long longest = limits.dtmfHoldNanos() / NANOS_PER_MILLI;
        held.durationMillis =
                (int) Math.clamp((long) durationMillis, MIN_PRESS_MILLIS, Math.max(longest, MIN_PRESS_MILLIS));
        if (held == current && held.byInfo()) {
            sendInfo(held, nowNanos);
        } else if (held == current) {
            player.last(held.durationMillis);
        }
        advance(nowNanos);
    }

    // ---- Which way ----

    /** Whether a key could be pressed at this moment; if not, the person is told why. */
    private boolean possible(DtmfMethod method, String request) {
        String obstacle = obstacle(method);
        if (obstacle != null) {
            refuse(request, EndReason.BAD_REQUEST, obstacle);
        }
        return obstacle == null;
    }

    /** What keeps a way from being used, in words; null when nothing does. */
    private @Nullable String obstacle(DtmfMethod method) {
        CodecPlan plan = media.plan();
        return switch (method) {
            case AUTO -> {
                if (best() != DtmfMethod.AUTO) {
                    yield null;
                }
                String silence = silence();
                yield silence != null ? silence : noWay(plan);
            }
            case RFC4733 -> {
                String silence = silence();
                boolean agreed = plan != null && plan.sipDtmf() != null;
                yield silence != null || agreed
                        ? silence
                        : "The telephone system takes no telephone events (RFC 4733) in this call: send keys by INFO.";
            }
            case INFO, INFO_RELAY ->
                session() == null ? "The call is not answered yet: keys can go by INFO only then." : null;
            case IN_BAND -> {
                String silence = silence();
                yield silence != null || takesTones(plan)
                        ? silence
                        : "Keys as tones in the sound need the codec PCMU or PCMA, and this call uses " + codec(plan)
                                + ": send them another way.";
            }
        };
    }

    /** The best way that the peer takes, or {@link DtmfMethod#AUTO} when there is none. */
    private DtmfMethod best() {
        InviteSession session = session();
        if (obstacle(DtmfMethod.RFC4733) == null) {
            return DtmfMethod.RFC4733;
        }
        if (session != null && session.peerAllows(SipMethod.INFO) && !infoRefused) {
            return DtmfMethod.INFO_RELAY;
        }
        return obstacle(DtmfMethod.IN_BAND) == null ? DtmfMethod.IN_BAND : DtmfMethod.AUTO;
    }

    /** Why nothing can be told in the sound at the moment; null when something can. */
    private @Nullable String silence() {
        if (media.plan() == null) {
            return "The call is not answered yet: nobody would hear the keys.";
        }
        return media.reachesPeer() ? null : "The call is on hold: take it up again to press keys.";
    }

    private static String noWay(@Nullable CodecPlan plan) {
        return "The telephone system takes keys neither as telephone events nor by INFO, and the codec " + codec(plan)
                + " carries no tones: allow telephone events (RFC 4733) there.";
    }

    private static String codec(@Nullable CodecPlan plan) {
        return plan == null ? "" : plan.sipAudio().codec().encodingName();
    }

    private static boolean takesTones(@Nullable CodecPlan plan) {
        return plan != null
                && switch (plan.sipAudio().codec()) {
                    case PCMU, PCMA -> true;
                    case OPUS, G722, TELEPHONE_EVENT -> false;
                };
    }

    private @Nullable InviteSession session() {
        InviteSession session = owner.session();
        return session != null && session.established() ? session : null;
    }

    // ---- One after the other ----

    /** When {@link #onDeadline} wants to be called; {@code Long.MAX_VALUE} for never. */
    long deadlineNanos() {
        long deadline = Math.min(player.deadlineNanos(), Math.min(peerEar.deadlineNanos(), browserEar.deadlineNanos()));
        Press down = current;
        if (down == null) {
            return waiting.isEmpty() ? deadline : Math.min(deadline, earliestNanos);
        }
        if (down.held()) {
            return Math.min(deadline, down.beganNanos + limits.dtmfHoldNanos());
        }
        return down.infoTaken ? Math.min(deadline, down.endNanos()) : deadline;
    }

    /** Sends what is due; keys whose time is over are up. */
    void onDeadline(long nowNanos) {
        peerEar.onDeadline(nowNanos);
        browserEar.onDeadline(nowNanos);
        Press down = current;
        if (down != null && down.held() && nowNanos - down.beganNanos >= limits.dtmfHoldNanos()) {
            release(down, (int) (limits.dtmfHoldNanos() / NANOS_PER_MILLI), nowNanos);
        }
        play(nowNanos);
        advance(nowNanos);
    }

    private void play(long nowNanos) {
        Press down = current;
        if (down != null && !down.byInfo() && !media.reachesPeer()) {
            giveUp(down, EndReason.BAD_REQUEST, 0, "The call was put on hold while keys were being pressed.");
        } else if (down != null && !down.byInfo() && formatChanged(down)) {
            player.rest();
        } else {
            player.onDeadline(nowNanos);
        }
    }

    /** The peer has changed what it takes, in the middle of a key. */
    private boolean formatChanged(Press down) {
        CodecPlan plan = media.plan();
        AudioFormat now = plan == null ? null : down.method == DtmfMethod.IN_BAND ? plan.sipAudio() : plan.sipDtmf();
        return now == null || !now.equals(down.format);
    }

    private void advance(long nowNanos) {
        while (true) {
            Press down = current;
            if (down != null) {
                boolean over = down.byInfo() ? down.infoTaken && nowNanos >= down.endNanos() : !player.playing();
                if (!over) {
                    return;
                }
                earliestNanos = Math.min(down.endNanos(), nowNanos) + PAUSE_NANOS;
                current = null;
            }
            Press next = waiting.peek();
            if (next == null) {
                player.rest();
                return;
            }
            if (nowNanos < earliestNanos) {
                return;
            }
            waiting.remove();
            begin(next, nowNanos);
        }
    }

    private void begin(Press press, long nowNanos) {
        current = press;
        press.beganNanos = nowNanos;
        press.infoSent = false;
        press.method = press.asked == DtmfMethod.AUTO ? best() : press.asked;
        String obstacle = obstacle(press.method);
        CodecPlan plan = media.plan();
        if (obstacle != null || plan == null) {
            giveUp(press, EndReason.BAD_REQUEST, 0, String.valueOf(obstacle));
            return;
        }
        switch (press.method) {
            case RFC4733 -> {
                AudioFormat keys = plan.sipDtmf();
                press.format = keys;
                if (keys != null) {
                    player.pressEvent(
                            press.key,
                            press.durationMillis,
                            keys,
                            plan.sipAudio().clockRate(),
                            nowNanos);
                }
            }
            case IN_BAND -> {
                press.format = plan.sipAudio();
                player.pressTone(press.key, press.durationMillis, plan.sipAudio(), nowNanos);
            }
            case INFO, INFO_RELAY -> {
                player.rest();
                if (press.method == DtmfMethod.INFO || !press.held()) {
                    sendInfo(press, nowNanos);
                }
            }
            case AUTO -> throw new IllegalStateException("no way was chosen");
        }
    }

    private void sendInfo(Press press, long nowNanos) {
        InviteSession session = session();
        if (press.infoSent || session == null) {
            return;
        }
        press.infoSent = true;
        KeyInfo key = new KeyInfo(press.key, press.held() ? 0 : press.durationMillis);
        Body body = press.method == DtmfMethod.INFO ? key.plain() : key.relay();
        session.send(
                SipMethod.INFO,
                Headers.NONE,
                body,
                new ResponseHandler() {
                    @Override
                    public void onResponse(SipResponse response, long at) {
                        if (response.isFinal()) {
                            owner.onResponse(at, () -> infoAnswered(press, response, at));
                        }
                    }

                    @Override
                    public void onFailure(TransactionFailure failure, long at) {
                        EndReason reason = SipEnds.reason(failure);
                        owner.onResponse(at, () -> infoFailed(press, reason, 0, reason.sentence()));
                    }
                },
                nowNanos);
    }

    private void infoAnswered(Press press, SipResponse response, long nowNanos) {
        if (press != current) {
            return;
        }
        if (response.isSuccess()) {
            press.infoTaken = true;
            advance(nowNanos);
            return;
        }
        int status = response.status();
        if (status == SipStatus.METHOD_NOT_ALLOWED
                || status == SipStatus.UNSUPPORTED_MEDIA_TYPE
                || status == SipStatus.NOT_IMPLEMENTED) {
            infoRefused = true;
            if (press.asked == DtmfMethod.AUTO && best() != DtmfMethod.AUTO) {
                begin(press, nowNanos);
                return;
            }
        }
        EndReason reason = status == SipStatus.FORBIDDEN ? EndReason.FORBIDDEN : EndReason.PEER_ERROR;
        infoFailed(
                press,
                reason,
                status,
                "The telephone system refused the key with " + status + " " + response.reason()
                        + ": send keys another way.");
    }

    private void infoFailed(Press press, EndReason reason, int status, String text) {
        if (press == current) {
            giveUp(press, reason, status, text);
        }
    }

    /** The key, and those behind it, will not be pressed: half a number is worse than none. */
    private void giveUp(Press press, EndReason reason, int status, String text) {
        current = null;
        waiting.clear();
        player.rest();
        owner.report(new AgentEvent.Refused(callId, press.request, reason, status, text));
    }

    private void refuse(String request, EndReason reason, String text) {
        owner.report(new AgentEvent.Refused(callId, request, reason, 0, text));
    }

    // ---- What the peer presses ----

    /** The peer's INFO: a key, or nothing that concerns us. */
    void onInfo(InDialogRequest info, long nowNanos) {
        Body body = Body.of(info.request());
        if (body.isEmpty()) {
            info.respond(SipStatus.OK, nowNanos);
            return;
        }
        switch (KeyInfo.read(body)) {
            case KeyInfo.Reading.Pressed(KeyInfo key) -> {
                info.respond(SipStatus.OK, nowNanos);
                heard(key.key(), key.durationMillis(), DtmfMethod.INFO, nowNanos);
            }
            case KeyInfo.Reading.NoKey() -> info.respond(SipStatus.OK, nowNanos);
            case KeyInfo.Reading.Malformed() -> info.respond(SipStatus.BAD_REQUEST, nowNanos);
            case KeyInfo.Reading.OtherType() ->
                info.respond(SipStatus.UNSUPPORTED_MEDIA_TYPE, ACCEPTED, Body.NONE, nowNanos);
        }
    }

    private void heard(char key, int durationMillis, DtmfMethod by, long nowNanos) {
        if (heardBy != null && heardBy != by && nowNanos - heardNanos < ECHO_NANOS) {
            return;
        }
        heardBy = by;
        heardNanos = nowNanos;
        owner.report(new AgentEvent.KeyPressed(callId, key, durationMillis));
    }

    private final class PeerKeys implements KeyEar.Listener {
        @Override
        public void pressed(char key, KeyEar.Way way, long nowNanos) {
            // Told when it is up: only then its length is known.
        }

        @Override
        public void released(char key, int durationMillis, KeyEar.Way way, long nowNanos) {
            DtmfMethod by = switch (way) {
                case EVENT -> DtmfMethod.RFC4733;
                case TONE -> DtmfMethod.IN_BAND;
            };
            heard(key, durationMillis, by, nowNanos);
        }
    }

    /** Keys that the browser sends as telephone events which the peer cannot take as they are: pressed anew. */
    private final class BrowserKeys implements KeyEar.Listener {
        @Override
        public void pressed(char key, KeyEar.Way way, long nowNanos) {
            String obstacle = obstacle(DtmfMethod.AUTO);
            if (obstacle == null) {
                browserRefused = false;
                hold(key, DtmfMethod.AUTO, SEND, nowNanos);
            } else if (!browserRefused) {
                browserRefused = true;
                refuse(SEND, EndReason.BAD_REQUEST, obstacle);
            }
        }

        @Override
        public void released(char key, int durationMillis, KeyEar.Way way, long nowNanos) {
            Press held = heldKey();
            if (held != null && held.key == key) {
                release(held, durationMillis, nowNanos);
            }
        }
    }
}
