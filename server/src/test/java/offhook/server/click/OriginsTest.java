package offhook.server.click;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
    @ParameterizedTest
    @CsvSource({
        "https://shop.example, https://shop.example",
        "HTTPS://Shop.Example, https://shop.example",
        "https://shop.example:443, https://shop.example",
        "https://shop.example/, https://shop.example",
        "http://shop.example:80, http://shop.example",
        "https://shop.example:8443, https://shop.example:8443",
        "http://127.0.0.1:8080, http://127.0.0.1:8080",
        "http://[::1]:8080, http://[::1]:8080",
        "https://bücher.example, https://xn--bcher-kva.example",
    })
    void anOriginHasOneForm(String written, String normal) {
        assertEquals(normal, Origins.normal(written));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "shop.example",
                "https://",
                "https:///",
                "file:///etc",
                "ftp://shop.example",
                "//shop.example",
                "https://shop.example/path",
                "https://shop.example?x",
                "https://shop.example#x",
                "https://u@shop.example",
                "https://shop.example:port",
                "https://shop example",
                "https://*.example",
                "javascript:alert(1)"
            })
    void whatIsNoOriginIsNeverAllowed(String written) {
        assertFalse(Origins.of(List.of("https://shop.example")).allow(written));
        assertFalse(Origins.any().allow(written));
        assertThrows(IllegalArgumentException.class, () -> Origins.of(List.of(written)));
    }

    @Test
    void onlyTheVeryOriginIsAllowed() {
        Origins origins = Origins.of(List.of("https://shop.example"));
        assertTrue(origins.allow("https://SHOP.example:443"));
        assertFalse(origins.allow("http://shop.example"));
        assertFalse(origins.allow("https://shop.example.evil.example"));
        assertFalse(origins.allow("https://www.shop.example"));
        assertFalse(origins.allow("https://shop.example:8443"));
        assertTrue(Origins.of(List.of("*")).allow("https://any.example"));
        assertFalse(Origins.of(List.of()).allow("https://shop.example"));
    }
}
