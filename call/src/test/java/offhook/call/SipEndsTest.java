package offhook.call;

import static org.junit.jupiter.api.Assertions.assertEquals;

import offhook.call.Ending.By;
import offhook.sip.dialog.SessionEnd;
import offhook.sip.message.Headers;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipUri;
import offhook.sip.transaction.TransactionFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipEndsTest {
    @Test
    void theByeOfThePeerIsTheNormalEnd() {
        assertEnd(EndReason.NORMAL, By.PEER, 0, new SessionEnd.ByeReceived(request("BYE", Headers.NONE)));
    }

    @Test
    void aCancelledCallWasGivenUpByItsCaller() {
        assertEnd(EndReason.CANCELLED, By.PEER, 0, new SessionEnd.Cancelled(request("CANCEL", Headers.NONE)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SIP;cause=200;text=\"Call completed elsewhere\"", "SIP ; cause=200", "sip;text=\"x\";cause=200"
            })
    void aCancelMaySayThatAnotherPhoneWasFaster(String reason) {
        Headers headers = Headers.NONE.with("Reason", reason);
        assertEnd(EndReason.ANSWERED_ELSEWHERE, By.PEER, 0, new SessionEnd.Cancelled(request("CANCEL", headers)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Q.850;cause=16", "SIP;cause=487", "SIP;cause=600;text=\"Busy everywhere\""})
    void otherReasonsOfACancelChangeNothing(String reason) {
        Headers headers = Headers.NONE.with("Reason", reason);
        assertEnd(EndReason.CANCELLED, By.PEER, 0, new SessionEnd.Cancelled(request("CANCEL", headers)));
    }

    @ParameterizedTest
    @CsvSource({
        "302, PEER_ERROR",
        "400, PEER_ERROR",
        "401, WRONG_PASSWORD",
        "403, FORBIDDEN",
        "404, NOT_FOUND",
        "407, WRONG_PASSWORD",
        "408, NO_ANSWER",
        "410, NOT_FOUND",
        "415, NO_COMMON_CODEC",
        "480, UNAVAILABLE",
        "484, NOT_FOUND",
        "486, BUSY",
        "487, CANCELLED",
        "488, NO_COMMON_CODEC",
        "500, SERVER_ERROR",
        "503, SERVER_ERROR",
        "504, NO_ANSWER",
        "600, BUSY",
        "603, DECLINED",
        "604, NOT_FOUND",
        "606, NO_COMMON_CODEC",
        "699, PEER_ERROR",
    })
    void aRefusalKeepsItsStatus(int status, EndReason reason) {
        assertEnd(reason, By.PEER, status, new SessionEnd.Refused(SipResponse.of(status, Headers.NONE)));
    }

    @Test
    void refusedCredentialsAreAWrongPasswordWhateverTheStatus() {
        for (int status : new int[] {401, 407}) {
            SipResponse challenge = SipResponse.of(status, Headers.NONE);
            assertEnd(EndReason.WRONG_PASSWORD, By.PEER, status, new SessionEnd.CredentialsRefused(challenge));
        }
    }

    @Test
    void whatNobodyDidIsTheServersWord() {
        assertEnd(EndReason.REQUEST_TIMEOUT, By.SERVER, 0, new SessionEnd.Failed(TransactionFailure.TIMEOUT));
        assertEnd(EndReason.TRANSPORT_ERROR, By.SERVER, 0, new SessionEnd.Failed(TransactionFailure.TRANSPORT_ERROR));
        assertEnd(EndReason.LIMIT_REACHED, By.SERVER, 0, new SessionEnd.Failed(TransactionFailure.OVERLOAD));
        assertEnd(EndReason.REQUEST_TIMEOUT, By.SERVER, 0, new SessionEnd.NotAcknowledged());
        assertEnd(EndReason.REQUEST_TIMEOUT, By.SERVER, 0, new SessionEnd.Expired());
    }

    @Test
    void aPeerThatHasForgottenTheCallHasMadeAMistake() {
        assertEnd(EndReason.PEER_ERROR, By.PEER, 481, new SessionEnd.PeerLost(SipResponse.of(481, Headers.NONE)));
    }

    private static SipRequest request(String method, Headers headers) {
        return SipRequest.of(method, SipUri.of("1000", "pbx.example"), headers);
    }

    private static void assertEnd(EndReason reason, By by, int status, SessionEnd end) {
        Ending ending = SipEnds.of(end);
        assertEquals(reason, ending.reason());
        assertEquals(by, ending.by());
        assertEquals(status, ending.sipStatus());
    }
}
