package offhook.call;

import java.util.Locale;
import java.util.OptionalLong;
import offhook.call.Ending.By;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.message.HeaderName;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.transaction.TransactionFailure;

/** What the end of a SIP session means to people and programs: the one place where the two vocabularies meet. */
final class SipEnds {
    private static final long SECONDS_PER_MINUTE = 60;

    private SipEnds() {}

    static Ending of(SessionEnd end) {
        return switch (end) {
            case SessionEnd.HungUp() -> Ending.of(EndReason.NORMAL, By.SERVER);
            case SessionEnd.ByeReceived(SipRequest bye) -> Ending.of(EndReason.NORMAL, By.PEER);
            case SessionEnd.Cancelled(SipRequest cancel) ->
                Ending.of(answeredElsewhere(cancel) ? EndReason.ANSWERED_ELSEWHERE : EndReason.CANCELLED, By.PEER);
            case SessionEnd.Refused(var response) -> refused(response);
            case SessionEnd.CredentialsRefused(var response) ->
                new Ending(EndReason.WRONG_PASSWORD, By.PEER, response.status(), EndReason.WRONG_PASSWORD.sentence());
            case SessionEnd.Failed(TransactionFailure failure) -> Ending.of(reason(failure), By.SERVER);
            case SessionEnd.PeerLost(var response) ->
                new Ending(
                        EndReason.PEER_ERROR,
                        By.PEER,
                        response.status(),
                        "The telephone system does not know the call any more.");
            case SessionEnd.Expired() ->
                new Ending(
                        EndReason.REQUEST_TIMEOUT,
                        By.SERVER,
                        0,
                        "The telephone system did not confirm in time that the call goes on.");
            case SessionEnd.NotAcknowledged() ->
                new Ending(
                        EndReason.REQUEST_TIMEOUT,
                        By.SERVER,
                        0,
                        "The telephone system never confirmed that the call was answered.");
        };
    }

    /** A peer that says when to come again is heard: the person may. */
    private static Ending refused(SipResponse response) {
        Ending ending = Ending.ofSipStatus(response.status());
        OptionalLong seconds = response.headers().retryAfter();
        return seconds.isEmpty() || seconds.getAsLong() == 0
                ? ending
                : new Ending(
                        ending.reason(),
                        ending.by(),
                        ending.sipStatus(),
                        ending.text() + " It asks to be called again in " + words(seconds.getAsLong()) + ".");
    }

    private static String words(long seconds) {
        long minutes = (seconds + SECONDS_PER_MINUTE - 1) / SECONDS_PER_MINUTE;
        return seconds < 2 * SECONDS_PER_MINUTE
                ? seconds + (seconds == 1 ? " second" : " seconds")
                : minutes + " minutes";
    }

    static EndReason reason(TransactionFailure failure) {
        return switch (failure) {
            case TIMEOUT -> EndReason.REQUEST_TIMEOUT;
            case TRANSPORT_ERROR -> EndReason.TRANSPORT_ERROR;
            case OVERLOAD -> EndReason.LIMIT_REACHED;
        };
    }

    /** RFC 3326 section 3.1: a forking proxy tells the phones that lost why they stop ringing. */
    private static boolean answeredElsewhere(SipRequest cancel) {
        return cancel.headers().first(HeaderName.REASON).stream()
                .map(reason -> reason.replace(" ", "").toLowerCase(Locale.ROOT))
                .anyMatch(reason -> reason.startsWith("sip;") && reason.contains("cause=200"));
    }
}
