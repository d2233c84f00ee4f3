package offhook.server.click;

import static offhook.server.click.Shop.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import offhook.call.EndReason;
import org.junit.jupiter.api.Test;

class SignedLinksTest {
    private static final long NOW = Shop.NOON;

    private final SignedLinks links = new SignedLinks(Map.of(Shop.USER, Shop.account("1000", "secret")), 7_200, 30);

    static SignedLink link(String user, String password, String destination, String time, String duration) {
        String signed = user + password + destination + time + duration;
        return new SignedLink(destination, user, HexFormat.of().formatHex(Texts.digest("MD5", signed)), time, duration);
    }

    private static SignedLink link(long time, long duration) {
        return link(Shop.USER, "secret", "1001", Long.toString(time), Long.toString(duration));
    }

    @Test
    void theHashIsThatOfTheFieldsInARow() {
        // echo -n '1000@pbx.examplesecret100117640684003600' | md5sum
        SignedLink vector = new SignedLink(
                "1001", Shop.USER, "9ef345dd44f5516004a1e531b5a1cd93", Long.toString(1_764_068_400L), "3600");
        assertEquals(link(1_764_068_400L, 3_600), vector);
    }

    @Test
    void aLinkCountsUntilItsDurationIsOver() {
        assertEquals("secret", links.check(link(NOW - 60, 3_600), NOW).account().password());
        assertEquals(NOW + 3_540, links.check(link(NOW - 60, 3_600), NOW).expiresSeconds());
        links.check(link(NOW - 3_600, 3_600), NOW);
        refused(EndReason.LINK_EXPIRED, () -> links.check(link(NOW - 3_601, 3_600), NOW));
    }

    @Test
    void theServersMaximumCapsTheDuration() {
        links.check(link(NOW - 7_200, 31_536_000), NOW);
        refused(EndReason.LINK_EXPIRED, () -> links.check(link(NOW - 7_201, 31_536_000), NOW));
    }

    @Test
    void aTimeAheadOfUsCountsWithinTheSkewOfClocks() {
        links.check(link(NOW + 30, 60), NOW);
        refused(EndReason.LINK_EXPIRED, () -> links.check(link(NOW + 31, 60), NOW));
    }

    @Test
    void theHashMayStandInEitherCase() {
        SignedLink lower = link(NOW, 60);
        links.check(new SignedLink("1001", Shop.USER, lower.pass().toUpperCase(Locale.ROOT), lower.time(), "60"), NOW);
    }

    @Test
    void eachChangeIsRefused() {
        SignedLink good = link(NOW, 3_600);
        String time = good.time();
        for (SignedLink changed : List.of(
                new SignedLink("1002", Shop.USER, good.pass(), time, "3600"),
                new SignedLink("1001", "1001@pbx.example", good.pass(), time, "3600"),
                new SignedLink("1001", Shop.USER, good.pass(), time, "3601"),
                new SignedLink("1001", Shop.USER, good.pass(), Long.toString(NOW - 1), "3600"),
                new SignedLink(
                        "1001", Shop.USER, good.pass().replace(good.pass().charAt(0), 'g'), time, "3600"),
                new SignedLink("1001", Shop.USER, good.pass().substring(1), time, "3600"),
                new SignedLink("1001", Shop.USER, "", time, "3600"),
                new SignedLink("1001", "", good.pass(), time, "3600"),
                link("1001@pbx.example", "secret", "1001", time, "3600"),
                link("1001@pbx.example", "", "1001", time, "3600"),
                link(Shop.USER, "Secret", "1001", time, "3600"),
                link(Shop.USER, "", "1001", time, "3600"))) {
            refused(EndReason.LINK_INVALID, () -> links.check(changed, NOW));
        }
    }

    @Test
    void timesAreTenPlainDigitsAndDurationsNine() {
        String time = Long.toString(NOW);
        for (String odd : List.of("", "0" + time, "+" + time, " " + time, time + "0", time.substring(1), "x", "-1")) {
            refused(EndReason.LINK_INVALID, () -> links.check(link(Shop.USER, "secret", "1001", odd, "3600"), NOW));
        }
        for (String odd : List.of("", "0", "060", "+60", "60 ", "1e3", "-60", "1234567890", "٦٠")) {
            refused(EndReason.LINK_INVALID, () -> links.check(link(Shop.USER, "secret", "1001", time, odd), NOW));
        }
    }

    @Test
    void fieldsCannotBeCutElsewhere() {
        SignedLink good = link(NOW, 3_600);
        String digits = "1001" + good.time() + "3600";
        for (int cut = 0; cut + 10 <= digits.length(); cut++) {
            if (cut != 4) {
                String destination = digits.substring(0, cut);
                String time = digits.substring(cut, cut + 10);
                String duration = digits.substring(cut + 10);
                EndReason reason = time.matches("[1-9][0-9]{9}") && duration.matches("[1-9][0-9]{0,8}")
                        ? EndReason.LINK_EXPIRED
                        : EndReason.LINK_INVALID;
                refused(
                        reason,
                        () -> links.check(new SignedLink(destination, Shop.USER, good.pass(), time, duration), NOW));
            }
        }
    }

    /** At a time that repeats itself, both cuts moved by two digits give the same time and a longer number. */
    @Test
    void aLinkThatCouldBeCutInTwoWaysIsRefusedInBoth() {
        long now = 1_717_171_717L;
        String time = Long.toString(now);
        SignedLink one = link(Shop.USER, "secret", "1001", time, "1760");
        SignedLink other = new SignedLink("100117", Shop.USER, one.pass(), time, "60");
        assertEquals(link(Shop.USER, "secret", "100117", time, "60"), other);
        refused(EndReason.LINK_INVALID, () -> links.check(one, now));
        refused(EndReason.LINK_INVALID, () -> links.check(other, now));
        links.check(link(Shop.USER, "secret", "1001", time, "3600"), now);
    }

    @Test
    void aLinkIsKnownAgainAndNoOtherIsTakenForIt() {
        String id = links.check(link(NOW, 60), NOW).id();
        assertEquals(id, links.check(link(NOW, 60), NOW + 30).id());
        assertNotEquals(id, links.check(link(NOW - 1, 60), NOW).id());
    }
}
