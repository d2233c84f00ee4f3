package offhook.media.stun;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import offhook.media.Fuzz;
import offhook.media.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StunFuzzTest {
    private static final MessageIntegrity KEY = MessageIntegrity.shortTerm("VOkJxbRl1RmTxUk/WvJxBt");

    private final StunMessage message = new StunMessage();
    private final StunWriter writer = new StunWriter();

    static List<Path> kept() {
        return Hex.files("/corpus/stun", ".hex");
    }

    @ParameterizedTest
    @MethodSource("kept")
    void keptInputsAreReadOrRefused(Path file) {
        byte[] bytes = Hex.read(file);
        readAll(bytes, 0, bytes.length);
    }

    @Test
    void wrongDatagramsAreReadOrRefused() {
        List<byte[]> valid =
                Hex.files("/stun/rfc5769", ".hex").stream().map(Hex::read).toList();
        Fuzz.run(5769, 40_000, valid, this::readAll);
    }

    /** Whatever is accepted, each accessor can read, and an answer can be made of it. */
    private void readAll(byte[] bytes, int offset, int length) {
        if (!message.wrap(bytes, offset, length)) {
            return;
        }
        message.messageClass();
        message.method();
        message.username();
        message.usernameStartsWith("evtj:");
        message.realm();
        message.nonce();
        message.software();
        message.priority();
        message.tieBreaker();
        message.mappedAddress();
        message.errorCode();
        message.reasonPhrase();
        message.unknownAttributes();
        message.verifies(KEY);
        message.fingerprintMatches();
        writer.bindingError(message, StunError.UNKNOWN_ATTRIBUTE, "Unknown Attribute")
                .finish(KEY);
        assertTrue(new StunMessage().wrap(writer.bytes(), 0, writer.length()));
    }
}
