package offhook.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BencodeTest {
    @Test
    void writesDictionariesWithTheirKeysInOrder() {
        byte[] bytes = Bencode.encode(Map.of("sdp", "v=0", "flags", List.of("a", "bc")));
        assertEquals("d5:flagsl1:a2:bce3:sdp3:v=0e", new String(bytes, StandardCharsets.US_ASCII));
    }

    @Test
    void readsWhatItWroteAndNumbersToo() {
        Object value = Map.of("sdp", "ü", "list", List.of("a", Map.of("b", "c")));
        assertEquals(value, Bencode.decode(Bencode.encode(value), 0));
        byte[] numbers = "xxd1:ai-7e1:bli0eee".getBytes(StandardCharsets.US_ASCII);
        assertEquals(Map.of("a", -7L, "b", List.of(0L)), Bencode.decode(numbers, 2));
    }
}
