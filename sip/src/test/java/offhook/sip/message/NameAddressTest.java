package offhook.sip.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameAddressTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            "A. G. Bell" <sip:agb@bell.example> ;tag=a48s | "A. G. Bell" <sip:agb@bell.example>;tag=a48s
            Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=x | "Anonymous" <sip:c8oqz84zk7z@privacy.org>;tag=x
            sip:+12125551212@phone2net.example;tag=887s   | <sip:+12125551212@phone2net.example>;tag=887s
            <sip:a@b;lr>                                  | <sip:a@b;lr>
            Анна <sip:anna@b>                             | "Анна" <sip:anna@b>
            "" <sip:a@b>                                  | <sip:a@b>
            The Operator<tel:100>;x="y;z"                 | "The Operator" <tel:100>;x="y;z"
            user@host <sip:a@b>                           | "user@host" <sip:a@b>
            "\\"\\\\" <sip:a@b>                           | "\\"\\\\" <sip:a@b>
            """)
    void isReadAndPrintedInOneWay(String text, String printed) {
        assertEquals(printed, NameAddress.parse(text).toString());
        assertEquals(NameAddress.parse(text), NameAddress.parse(printed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<>",
                "<sip:a@b",
                "sip:a@b>",
                "\"x <sip:a@b>",
                "\"x\\\" <sip:a@b>",
                "a, b <sip:a@b>",
                "<sip:a@b>;",
                "<sip:a@b>;=x",
                "<sip:a@b>;x=",
                "<sip:a@b> y",
                "sip:a@b?x=y",
                "<sip:a@b>;x=\"y",
                "name",
                "x <> y"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThrows(SipSyntaxException.class, () -> NameAddress.parse(text));
    }

    @Test
    void aTagFromElsewhereCannotBringMoreThanATag() {
        NameAddress address = NameAddress.parse("<sip:a@b>");
        for (String tag : new String[] {"a;b", "a,b", "a b", "a\r\nX: y", "", "a\"b", "a>"}) {
            assertThrows(IllegalArgumentException.class, () -> address.withTag(tag), tag);
        }
        assertEquals("t", address.withTag("s").withTag("t").tag());
    }
}
