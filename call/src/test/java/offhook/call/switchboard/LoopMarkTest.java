package offhook.call.switchboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LoopMarkTest {
    @Test
    void everyLoopIsFoundInBranchTagAndContact() {
        for (int loop = 0; loop < LoopMark.MAX_LOOPS; loop++) {
            String token = LoopMark.of(loop) + "4fjk2m";
            assertEquals(loop, LoopMark.loopOf(token));
            assertEquals(loop, LoopMark.loopOf("z9hG4bK" + token));
            assertEquals(loop, LoopMark.loopOf("1000-" + token));
            assertEquals(loop, LoopMark.loopOf("o9.x-y.z-" + token));
        }
    }

    @Test
    void whatIsNotOursHasNoLoop() {
        for (String text : new String[] {
            "", ".", "o", "o.", "o1", "1000", "foo1.x", "o256.x", "o9999.x", "z9hG4bK776asdhds", "1000@host", "a.b.c"
        }) {
            assertEquals(-1, LoopMark.loopOf(text), text);
        }
    }

    @Test
    void aLoopBeyondTheLimitIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> LoopMark.of(LoopMark.MAX_LOOPS));
        assertThrows(IllegalArgumentException.class, () -> LoopMark.of(-1));
    }
}
