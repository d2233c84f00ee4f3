package offhook.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** What the pages of click to call say in English, by the keys of their texts: tests ask which help comes, not how it is put. */
final class Words {
    private static final JsonNode ENGLISH = read();

    private Words() {}

    static String of(String key) {
        if (!ENGLISH.has(key)) throw new AssertionError("web/texts/en.json has no " + key);
        return ENGLISH.path(key).asText();
    }

    private static JsonNode read() {
        try (InputStream in = Words.class.getResourceAsStream("/web/texts/en.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
