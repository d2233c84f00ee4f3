package offhook.media.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class IceCredentialsTest {
    private static final String PASSWORD = "p".repeat(22);

    @Test
    void newOnesKeepToTheGrammarAndFollowTheGenerator() {
        IceCredentials credentials = IceCredentials.generate(new Random(1));
        assertTrue(credentials.ufrag().matches("[A-Za-z0-9+/]{8}"));
        assertTrue(credentials.password().matches("[A-Za-z0-9+/]{24}"));
        assertEquals(credentials, IceCredentials.generate(new Random(1)));
        assertNotEquals(credentials, IceCredentials.generate(new Random(2)));
    }

    @Test
    void lengthsAreLimited() {
        assertTrue(IceCredentials.acceptable("abcd", PASSWORD));
        assertTrue(IceCredentials.acceptable("u".repeat(256), "p".repeat(256)));
        assertFalse(IceCredentials.acceptable("abc", PASSWORD));
        assertFalse(IceCredentials.acceptable("abcd", "p".repeat(21)));
        assertFalse(IceCredentials.acceptable("u".repeat(257), PASSWORD));
        assertFalse(IceCredentials.acceptable("abcd", "p".repeat(257)));
        assertThrows(IllegalArgumentException.class, () -> new IceCredentials("abc", PASSWORD));
    }

    @Test
    void whatWouldBreakAUsernameOrALineIsRefused() {
        for (String ufrag : new String[] {"ab:d", "ab d", "ab\nd", "ab\u00e4d", ""}) {
            assertFalse(IceCredentials.acceptable(ufrag, PASSWORD), ufrag);
            assertThrows(IllegalArgumentException.class, () -> new IceCredentials(ufrag, PASSWORD));
        }
        assertTrue(IceCredentials.acceptable("a-_=", PASSWORD));
    }

    @Test
    void thePasswordIsNotPrinted() {
        assertFalse(new IceCredentials("abcd", PASSWORD).toString().contains(PASSWORD));
    }
}
