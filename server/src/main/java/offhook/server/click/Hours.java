package offhook.server.click;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a line takes calls: {@code Mo-Fr 09:00-18:00, Sa 10:00-14:00}. Entries are separated by commas. An entry without
 * days means those of the one before it, the first one every day: {@code Mo-Fr 09:00-12:00, 13:00-17:00}. A range that
 * ends before it begins goes on past midnight and belongs to the day on which it begins. The end itself is closed;
 * {@code 24:00} is the end of the day.
 *
 * <p>What counts is the clock on the wall in the zone. So an hour that daylight saving leaves out is never there, and one
 * that it repeats is there twice.
 */
public final class Hours {
    private static final int ENTRIES = 50;
    private static final int MINUTES_OF_A_DAY = 24 * 60;
    private static final List<String> DAYS = List.of("mo", "tu", "we", "th", "fr", "sa", "su");
    private static final Pattern ENTRY = Pattern.compile(
            "(?:([A-Za-z]+)(?:\\s*-\\s*([A-Za-z]+))?\\s+)?([0-9]{1,2}):([0-9]{2})\\s*-\\s*([0-9]{1,2}):([0-9]{2})");

    private final String text;
    private final ZoneId zone;
    private final List<Range> ranges;

    private Hours(String text, ZoneId zone, List<Range> ranges) {
        this.text = text;
        this.zone = zone;
        this.ranges = List.copyOf(ranges);
    }

    /**
     * @param text the entries; empty for always
     * @param zone of their clock
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public static Hours of(String text, ZoneId zone) {
        List<Range> ranges = new ArrayList<>();
        if (text.isBlank()) {
            return new Hours("", zone, ranges);
        }
        String[] entries = text.split(",", -1);
        if (entries.length > ENTRIES) {
            throw new IllegalArgumentException("there are more than " + ENTRIES + " entries of hours");
        }
        Set<DayOfWeek> days = EnumSet.allOf(DayOfWeek.class);
        for (String entry : entries) {
            Matcher matcher = ENTRY.matcher(entry.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "hours look like \"Mo-Fr 09:00-18:00, Sa 10:00-14:00\"; this is none: \"" + entry.strip()
                                + "\"");
            }
            if (matcher.group(1) != null) {
                days = days(matcher.group(1), matcher.group(2) == null ? matcher.group(1) : matcher.group(2));
            }
            int from = minute(matcher.group(3), matcher.group(4));
            int to = minute(matcher.group(5), matcher.group(6));
            if (from == to || from == MINUTES_OF_A_DAY) {
                throw new IllegalArgumentException(
                        "\"" + entry.strip() + "\" has no length; a whole day is 00:00-24:00");
            }
            ranges.add(new Range(days, from, to));
        }
        return new Hours(text.strip(), zone, ranges);
    }

    /** Whether calls are taken at that moment. */
    public boolean open(Instant now) {
        if (ranges.isEmpty()) {
            return true;
        }
        ZonedDateTime there = now.atZone(zone);
        LocalTime time = there.toLocalTime();
        int minute = time.getHour() * 60 + time.getMinute();
        DayOfWeek today = there.getDayOfWeek();
        return ranges.stream().anyMatch(range -> range.covers(today, minute));
    }

    /** As they were written, and the zone; empty for always. */
    @Override
    public String toString() {
        return ranges.isEmpty() ? "" : text + " (" + zone.getId() + ")";
    }

    private static Set<DayOfWeek> days(String first, String last) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        DayOfWeek end = day(last);
        for (DayOfWeek day = day(first); ; day = day.plus(1)) {
            days.add(day);
            if (day == end) {
                return days;
            }
        }
    }

    private static DayOfWeek day(String name) {
        int index = DAYS.indexOf(name.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new IllegalArgumentException("days are Mo, Tu, We, Th, Fr, Sa and Su, not \"" + name + "\"");
        }
        return DayOfWeek.of(index + 1);
    }

    private static int minute(String hours, String minutes) {
        int minute = Integer.parseInt(hours) * 60 + Integer.parseInt(minutes);
        if (Integer.parseInt(minutes) > 59 || minute > MINUTES_OF_A_DAY) {
            throw new IllegalArgumentException("\"" + hours + ":" + minutes + "\" is not from 00:00 to 24:00");
        }
        return minute;
    }

    /** Minutes of a day; {@code to} before {@code from} is on the day after. */
    private record Range(Set<DayOfWeek> days, int from, int to) {
        Range {
            days = Set.copyOf(days);
        }

        boolean covers(DayOfWeek today, int minute) {
            if (from < to) {
                return days.contains(today) && minute >= from && minute < to;
            }
            return (days.contains(today) && minute >= from) || (days.contains(today.minus(1)) && minute < to);
        }
    }
}
