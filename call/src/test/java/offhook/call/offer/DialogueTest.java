package offhook.call.offer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every text in {@code dialogues/} is played and must come out as it is written. */
class DialogueTest {
    @TestFactory
    Stream<DynamicTest> dialogueComesOutAsWritten() {
        assertTrue(Dialogue.files().size() >= 40, "dialogues are missing");
        return Dialogue.files().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Dialogue written = Dialogue.read(file);
                    assertEquals(written.print(), written.played().print());
                }));
    }
}
