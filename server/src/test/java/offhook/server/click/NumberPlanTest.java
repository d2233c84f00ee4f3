package offhook.server.click;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberPlanTest {
    private static final NumberPlan GERMANY = NumberPlan.of("de");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "030 1234567",
                "(030) 1234567",
                "030/123-4567",
                "0049 30 1234567",
                "+49 (0)30 1234567",
                "+49301234567",
                "tel:+49-30-1234567",
                " 0301234567 "
            })
    void oneNumberIsOneHoweverItIsWritten(String written) {
        assertEquals("+49301234567", GERMANY.read(written).matched());
    }

    @ParameterizedTest
    @CsvSource({
        "+49 (0)30 1234567, +49301234567",
        "030 / 1234567, 0301234567",
        "0049 30 1234567, 0049301234567",
        "1 001, 1001",
        "tel:+49-30-1234567, +49301234567",
        "reception.desk, reception.desk",
        "sip:1001@pbx.example, sip:1001@pbx.example",
    })
    void whatIsDialledIsWhatWasWrittenWithoutTheMarks(String written, String dialled) {
        assertEquals(dialled, GERMANY.read(written).dialled());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "DE, 030 1234567, ordinary",
        "DE, 0151 12345678, ordinary",
        "DE, 0800 1234567, ordinary",
        "DE, 0900 1234567, premium",
        "DE, 01805 123456, premium", // shared cost
        "DE, 0137 1234567, premium", // mass calls
        "DE, 0700 12345678, premium", // personal numbers
        "DE, 0049 900 1234567, premium",
        "DE, 01234567, premium", // no such number
        "DE, +49110, premium", // no such number
        "DE, +39 06 12345678, international",
        "DE, 0031 20 1234567, international",
        "DE, +800 12345678, international", // universal freephone
        "DE, +8816 12345678, both", // satellite
        "DE, +870 123456789, both", // satellite
        "DE, +979 123456789, both", // international premium rate
        "DE, +1 900 555 1234, both",
        "US, 202 555 0123, ordinary",
        "US, 1 202 555 0123, ordinary",
        "US, +1 900 555 1234, premium",
        "US, +1 876 555 1234, international", // Jamaica has +1, too
        "US, +1 416 555 1234, international",
        "US, 011 49 30 1234567, international",
        "US, 91 900 555 1234, premium", // behind the digit for an outside line
        "CA, +1 800 555 1234, ordinary",
        "GB, 020 7946 0018, ordinary",
        "GB, 070 1234 5678, premium",
        "GB, 0843 123 4567, premium",
        "GB, +44 1534 555555, international", // Jersey has +44, too
        "ES, 612345678, ordinary",
        "RU, 8 495 123 45 67, ordinary",
        "RU, 8 809 123 45 67, premium",
        "IT, 06 1234 5678, ordinary",
        "'', +49 30 1234567, international",
    })
    void aTelephoneNumberIsToldByItsPrice(String country, String written, String expected) {
        Destination read = NumberPlan.of(country).read(written);
        assertEquals(Destination.Kind.NUMBER, read.kind());
        assertEquals(
                expected,
                read.international()
                        ? read.premium() ? "both" : "international"
                        : read.premium() ? "premium" : "ordinary");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "DE, 1001, false",
        "DE, 0, false",
        "DE, 123456, false",
        "DE, 110, true", // police
        "DE, 112, true",
        "'', 112, true",
        "'', 1001, false",
        "DE, 11833, true", // directory enquiries
        "GB, 118118, true",
        "US, 911, true",
        "US, 1001, false",
        "FR, 3200, true", // a short premium number
    })
    void aFewDigitsAreAnExtensionUnlessTheyCostOrAlarm(String country, String written, boolean premium) {
        Destination read = NumberPlan.of(country).read(written);
        assertEquals(Destination.Kind.EXTENSION, read.kind());
        assertEquals(written, read.matched());
        assertEquals(premium, read.premium());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "DE, 90900123456", // would be 0900 behind the digit for an outside line
        "DE, 4930123456", // no plus sign: a local number, or a country's
        "NO, 4722123456",
        "DE, 1234567",
        "DE, *21*0900123456#",
        "DE, **1",
        "DE, +",
        "'', 030123456",
    })
    void whatCouldMeanSeveralThingsIsACode(String country, String written) {
        assertEquals(Destination.Kind.CODE, NumberPlan.of(country).read(written).kind());
    }

    @Test
    void namesAndAddressesAreTakenAsTheyAre() {
        assertEquals(Destination.Kind.NAME, GERMANY.read("sales").kind());
        assertEquals("Sales", GERMANY.read("Sales").matched());
        for (String other : new String[] {
            "sip:0900123456@pbx.example",
            "0900123456@pbx.example",
            "tel:0900123456;ext=1",
            "%30900123456",
            "0900x",
            "1;2"
        }) {
            assertEquals(Destination.Kind.OTHER, GERMANY.read(other).kind(), other);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "(", "a b", "030\r\n1", "\u0660\u0661", "\uff0b49", "schön"})
    void whatNoDestinationHasIsRefusedInWords(String written) {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> GERMANY.read(written))
                .getMessage()
                .endsWith("."));
    }

    @Test
    void aDestinationHasABound() {
        assertThrows(IllegalArgumentException.class, () -> GERMANY.read("1".repeat(129)));
        assertFalse(GERMANY.read("1".repeat(128)).international());
    }

    @Test
    void aCountryThatIsNoneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> NumberPlan.of("Germany"));
        assertThrows(IllegalArgumentException.class, () -> NumberPlan.of("ZZ"));
    }
}
