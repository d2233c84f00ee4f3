package offhook.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndReasonTest {
    /** Ends that no unanswered INVITE is refused with. */
    private static final Set<EndReason> OF_NO_REFUSAL = EnumSet.of(EndReason.NORMAL, EndReason.ANSWERED_ELSEWHERE);

    @Test
    void eachHasAWordOfItsOwnAndASentence() {
        Set<String> words = new HashSet<>();
        for (EndReason reason : EndReason.values()) {
            assertTrue(words.add(reason.word()), reason.word());
            assertTrue(reason.word().matches("[a-z]+(-[a-z]+)*"), reason.word());
            assertTrue(reason.sentence().matches("[A-Z].*\\."), reason.sentence());
        }
    }

    @Test
    void eachRefusalHasAFinalStatus() {
        for (EndReason reason : EndReason.values()) {
            int least = OF_NO_REFUSAL.contains(reason) ? 200 : 400;
            assertTrue(reason.sipStatus() >= least && reason.sipStatus() <= 699, reason.word());
        }
    }

    @Test
    void everyFailureStatusMeansSomething() {
        for (int status = 300; status <= 699; status++) {
            EndReason reason = EndReason.ofSipStatus(status);
            assertTrue(reason != EndReason.NORMAL && reason != EndReason.INTERNAL, Integer.toString(status));
        }
        assertEquals(EndReason.SERVER_ERROR, EndReason.ofSipStatus(503), "their limit is not ours");
    }
}
