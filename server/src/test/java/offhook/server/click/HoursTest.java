package offhook.server.click;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HoursTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** 2026-11-23 is a Monday. */
    @ParameterizedTest(name = "{0} at {1}: {2}")
    @CsvSource({
        "'Mo-Fr 09:00-18:00, Sa 10:00-14:00', 2026-11-23T09:00, true",
        "'Mo-Fr 09:00-18:00, Sa 10:00-14:00', 2026-11-23T08:59, false",
        "'Mo-Fr 09:00-18:00, Sa 10:00-14:00', 2026-11-27T17:59, true",
        "'Mo-Fr 09:00-18:00, Sa 10:00-14:00', 2026-11-27T18:00, false",
        "'Mo-Fr 09:00-18:00, Sa 10:00-14:00', 2026-11-28T13:00, true",
        "'Mo-Fr 09:00-18:00, Sa 10:00-14:00', 2026-11-29T13:00, false",
        "'Mo-Fr 9:00-12:00, 13:00-17:00', 2026-11-24T12:30, false",
        "'Mo-Fr 9:00-12:00, 13:00-17:00', 2026-11-24T13:30, true",
        "'Mo-Fr 9:00-12:00, 13:00-17:00', 2026-11-28T13:30, false",
        "08:00-20:00, 2026-11-29T08:00, true",
        "08:00-20:00, 2026-11-29T20:00, false",
        "Fr 22:00-02:00, 2026-11-27T23:00, true", // past midnight it is still Friday's
        "Fr 22:00-02:00, 2026-11-28T01:59, true",
        "Fr 22:00-02:00, 2026-11-28T02:00, false",
        "Fr 22:00-02:00, 2026-11-27T01:00, false",
        "Fr 22:00-02:00, 2026-11-28T23:00, false",
        "Su 22:00-02:00, 2026-11-23T01:00, true", // into Monday
        "Sa-Mo 10:00-11:00, 2026-11-23T10:30, true",
        "Sa-Mo 10:00-11:00, 2026-11-29T10:30, true",
        "Sa-Mo 10:00-11:00, 2026-11-24T10:30, false",
        "Mo 00:00-24:00, 2026-11-23T23:59, true",
        "Mo 00:00-24:00, 2026-11-24T00:00, false",
        "Mo 22:00-00:00, 2026-11-23T23:59, true",
        "Mo 22:00-00:00, 2026-11-24T00:00, false",
        "mo - we 10:00 - 11:00, 2026-11-24T10:00, true",
        "'', 2026-11-29T03:00, true",
    })
    void hoursAreThoseOnTheWall(String text, LocalDateTime time, boolean open) {
        assertEquals(open, Hours.of(text, BERLIN).open(time.atZone(BERLIN).toInstant()));
    }

    @Test
    void daylightSavingMovesTheInstantsAndNotTheHours() {
        Hours office = Hours.of("09:00-18:00", BERLIN);
        assertTrue(office.open(Instant.parse("2026-01-15T08:00:00Z")));
        assertTrue(office.open(Instant.parse("2026-07-15T07:00:00Z")));
        // 02:00 to 03:00 is left out on 2026-03-29 and comes twice on 2026-10-25
        Hours night = Hours.of("02:00-03:00", BERLIN);
        assertEquals(0, minutesOpen(night, Instant.parse("2026-03-28T23:00:00Z")));
        assertEquals(120, minutesOpen(night, Instant.parse("2026-10-24T22:00:00Z")));
        assertEquals(60, minutesOpen(night, Instant.parse("2026-06-01T22:00:00Z")));
    }

    private static long minutesOpen(Hours hours, Instant from) {
        return IntStream.range(0, 12 * 60)
                .filter(minute -> hours.open(from.plusSeconds(minute * 60L)))
                .count();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "always",
                "Mo",
                "Mo-Fr",
                "Mo 09:00",
                "Mo 09-18",
                "Mo 09:00-25:00",
                "Mo 09:60-10:00",
                "Mo 24:01-24:30",
                "Xx 09:00-10:00",
                "Mo-Xx 09:00-10:00",
                "Mo 09:00-09:00",
                "Mo 24:00-08:00",
                "Mo 09:00-18:00,",
                "Mo 09:00-18:00; Tu 09:00-18:00",
                "Montag 09:00-18:00",
                "Mo 09:00-18:00 Tu 09:00-18:00"
            })
    void whatIsNotUnderstoodIsSaid(String text) {
        String said = assertThrows(IllegalArgumentException.class, () -> Hours.of(text, BERLIN))
                .getMessage();
        assertTrue(said.contains("\"") || said.contains("days are"), said);
    }

    @Test
    void hoursAreToldWithTheirZone() {
        assertEquals(
                "Mo-Fr 09:00-18:00 (Europe/Berlin)",
                Hours.of(" Mo-Fr 09:00-18:00", BERLIN).toString());
    }
}
