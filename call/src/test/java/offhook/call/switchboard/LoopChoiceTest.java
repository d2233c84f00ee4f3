package offhook.call.switchboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import offhook.call.Account;
import offhook.call.offer.MediaEncryption;
import offhook.sip.transaction.Hop;
import offhook.sip.transaction.Transport;
import org.junit.jupiter.api.Test;

class LoopChoiceTest {
    private static final int LOOPS = 8;

    private static Account account(String login, String password, String name, boolean register) {
        Hop registrar = new Hop(Transport.UDP, "pbx.example", 5_060);
        return new Account(login, login, password, "pbx.example", registrar, name, register, MediaEncryption.OFF);
    }

    @Test
    void theSessionsOfAnAccountMeetOnOneLoopWhateverTheirPasswords() {
        for (int i = 1_000; i < 1_100; i++) {
            assertEquals(
                    LoopChoice.of(account("" + i, "a", "Ann", true), LOOPS),
                    LoopChoice.of(account("" + i, "b", "Bob", true), LOOPS));
        }
    }

    @Test
    void whoDoesNotRegisterIsFoundByTheLogin() {
        for (int i = 1_000; i < 1_100; i++) {
            assertEquals(LoopChoice.of("" + i, LOOPS), LoopChoice.of(account("" + i, "a", "", false), LOOPS));
        }
    }

    @Test
    void neighboursAreSpreadOverAllLoops() {
        int[] users = new int[LOOPS];
        IntStream.range(1_000, 1_800).forEach(i -> users[LoopChoice.of(account("" + i, "a", "", true), LOOPS)]++);
        for (int each : users) {
            assertTrue(each > 50 && each < 150, () -> Arrays.toString(users));
        }
    }
}
