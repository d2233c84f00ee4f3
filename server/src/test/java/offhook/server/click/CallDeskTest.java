package offhook.server.click;

import static offhook.server.click.Shop.NOON;
import static offhook.server.click.Shop.ORIGIN;
import static offhook.server.click.Shop.WINDOW;
import static offhook.server.click.Shop.refused;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import offhook.call.EndReason;
import offhook.server.signalling.Grant;
import offhook.server.signalling.GrantRefused;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CallDeskTest {
    private static final String PEER = "192.0.2.1";

    private final Shop shop = new Shop();

    // ---- tokens

    @Test
    void aTokenGrantsOneCallOverItsLine() {
        CallDesk desk = shop.open();
        Grant grant = desk.redeem(shop.token("030 123456"), ORIGIN, PEER);
        assertEquals("sales", grant.line());
        assertEquals("900", grant.account().login());
        assertEquals("+4930123456", grant.destination());
        assertEquals("Visitor of the shop", grant.callerName());
        assertEquals(Duration.ofMinutes(30), grant.longest());
        assertEquals(1, desk.openCalls());
        grant.over().accept(EndReason.NORMAL);
        grant.over().accept(EndReason.NORMAL);
        assertEquals(0, desk.openCalls());
    }

    @Test
    void aTokenMayNameTheCaller() {
        CallDesk desk = shop.open();
        String named = shop.claims("1001").replace("{", "{\"name\":\"Zoë\",");
        assertEquals("Zoë", desk.redeem(Jwt.hs256(named), ORIGIN, PEER).callerName());
        String odd = shop.claims("1001").replace("{", "{\"name\":\"a\\r\\nVia: x\",");
        assertEquals(
                "name",
                refused(EndReason.INVALID_FIELD, () -> desk.redeem(Jwt.hs256(odd), ORIGIN, PEER))
                        .field());
    }

    @Test
    void aTokenFromBeforeTheServersStartIsNotTaken() {
        String token = shop.token("1001");
        shop.open().redeem(token, ORIGIN, PEER);
        shop.seconds.addAndGet(CallDesk.SKEW_SECONDS + 1);
        CallDesk startedAnew = shop.open();
        refused(EndReason.TOKEN_EXPIRED, () -> startedAnew.redeem(token, ORIGIN, PEER));
        // a clock that is behind ours makes no visitor wait
        String behind = shop.token("1001");
        shop.seconds.addAndGet(CallDesk.SKEW_SECONDS);
        assertDoesNotThrow(() -> shop.open().redeem(behind, ORIGIN, PEER));
    }

    @Test
    void aTokenIsUsedOnceAndRememberedAsLongAsItWouldCount() {
        CallDesk desk = shop.open();
        String token = shop.token("1001");
        desk.redeem(token, ORIGIN, PEER).over().accept(EndReason.NORMAL);
        refused(EndReason.TOKEN_USED, () -> desk.redeem(token, ORIGIN, "192.0.2.2"));
        shop.seconds.addAndGet(300 + CallDesk.SKEW_SECONDS - 1);
        refused(EndReason.TOKEN_USED, () -> desk.redeem(token, ORIGIN, PEER));
        shop.seconds.addAndGet(1);
        refused(EndReason.TOKEN_EXPIRED, () -> desk.redeem(token, ORIGIN, PEER));
    }

    @Test
    void aTokenCountsOnItsOwnPageAlone() {
        CallDesk desk = shop.open();
        for (String other : List.of("https://evil.example", "", "null", "http://shop.example", ORIGIN + ":8443")) {
            refused(EndReason.ORIGIN_NOT_ALLOWED, () -> desk.redeem(shop.token("1001"), other, PEER));
        }
        String foreign = Jwt.hs256(shop.claims("sales", "1001", "https://evil.example", NOON, NOON + 60));
        refused(EndReason.ORIGIN_NOT_ALLOWED, () -> desk.redeem(foreign, "https://evil.example", PEER));
        refused(EndReason.ORIGIN_NOT_ALLOWED, () -> desk.redeem(foreign, ORIGIN, PEER));
        assertEquals(0, desk.openCalls());
    }

    @Test
    void aTokenCallsWhomItsLineMayCall() {
        CallDesk desk = shop.open();
        assertEquals(
                "040123456", desk.redeem(shop.token("040 123456"), ORIGIN, PEER).destination());
        assertEquals("+4930123456", desk.redeem(shop.token(""), ORIGIN, PEER).destination());
        for (String other :
                List.of("1002", "+49301234567", "0900123456", "+40123", "sip:1001@pbx.example", "0406661234")) {
            refused(EndReason.DESTINATION_NOT_ALLOWED, () -> desk.redeem(shop.token(other), ORIGIN, PEER));
        }
        refused(EndReason.INVALID_FIELD, () -> desk.redeem(shop.token("1 0\u00a01"), ORIGIN, PEER));
    }

    @Test
    void outsideItsHoursALineIsClosed() {
        shop.hours = "Mo-Fr 09:00-18:00";
        CallDesk desk = shop.open();
        desk.redeem(shop.token("1001"), ORIGIN, PEER);
        shop.seconds.addAndGet(Duration.ofHours(6).toSeconds());
        String said = refused(EndReason.CLOSED_NOW, () -> desk.redeem(shop.token("1001"), ORIGIN, PEER))
                .text();
        assertTrue(said.contains("Mo-Fr 09:00-18:00 (Europe/Berlin)"), said);
    }

    // ---- limits

    @Test
    void aThousandAttemptsFromOneAddressRingAsOftenAsTheLimitsAllow() throws Exception {
        shop.perAddressPerMinute = 6;
        shop.perAddress = 1_000;
        CallDesk desk = shop.open();
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            tokens.add(shop.token("1001"));
        }
        assertEquals(6, granted(tokens, token -> desk.redeem(token, ORIGIN, "2001:db8::" + tokens.indexOf(token))));
        // who was refused has used up nothing: neither the line's calls nor the token
        desk.redeem(shop.token("1001"), ORIGIN, "192.0.2.2");
        shop.seconds.addAndGet(60);
        assertEquals(6, granted(tokens, token -> desk.redeem(token, ORIGIN, "2001:db8::1")));
    }

    @Test
    void oneTokenRingsOnceHoweverManyTryAtOnce() throws Exception {
        CallDesk desk = shop.open();
        String token = shop.token("1001");
        List<String> copies = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            copies.add(token);
        }
        assertEquals(1, granted(copies, copy -> desk.redeem(copy, ORIGIN, PEER)));
    }

    private interface Attempt {
        Grant with(String token);
    }

    private static int granted(List<String> tokens, Attempt attempt) throws Exception {
        List<Callable<Integer>> attempts = new ArrayList<>();
        for (String token : tokens) {
            attempts.add(() -> {
                try {
                    attempt.with(token);
                    return 1;
                } catch (GrantRefused refused) {
                    return 0;
                }
            });
        }
        int granted = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> one : threads.invokeAll(attempts)) {
                granted += one.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
        return granted;
    }

    @Test
    void eachLimitHoldsByItself() {
        limitHolds(fresh -> fresh.perAddressPerMinute = 2, Limit.CALLER_PER_MINUTE);
        limitHolds(fresh -> fresh.perAddress = 2, Limit.CALLER_AT_ONE_TIME);
        limitHolds(fresh -> fresh.callsPerMinute = 2, Limit.LINE_PER_MINUTE);
        limitHolds(fresh -> fresh.calls = 2, Limit.LINE_AT_ONE_TIME);
        limitHolds(fresh -> fresh.perDestination = 2, Limit.DESTINATION_PER_MINUTE);
        limitHolds(fresh -> fresh.perMinute = 2, Limit.ALL_PER_MINUTE);
    }

    private static void limitHolds(Consumer<Shop> setting, Limit limit) {
        Shop fresh = new Shop();
        setting.accept(fresh);
        CallDesk desk = fresh.open();
        Grant first = desk.redeem(fresh.token("1001"), ORIGIN, PEER);
        desk.redeem(fresh.token("1001"), ORIGIN, PEER);
        refused(EndReason.TOO_MANY_CALLS, () -> desk.redeem(fresh.token("1001"), ORIGIN, PEER));
        assertTrue(
                fresh.metrics.text().contains("offhook_click_limited_total{limit=\"" + limit.word() + "\"} 1"),
                limit.word());
        boolean atOneTime = limit.word().endsWith("at-one-time");
        first.over().accept(EndReason.NORMAL);
        if (!atOneTime) {
            refused(EndReason.TOO_MANY_CALLS, () -> desk.redeem(fresh.token("1001"), ORIGIN, PEER));
            fresh.seconds.addAndGet(60);
        }
        desk.redeem(fresh.token("1001"), ORIGIN, PEER);
    }

    @Test
    void aLimitThatIsHitIsToldOnceAMinute() {
        shop.perAddressPerMinute = 1;
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(CallDesk.class);
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
        try {
            CallDesk desk = shop.open();
            desk.redeem(shop.token("1001"), ORIGIN, PEER);
            for (int i = 0; i < 50; i++) {
                refused(EndReason.TOO_MANY_CALLS, () -> desk.redeem(shop.token("1001"), ORIGIN, PEER));
            }
            shop.seconds.addAndGet(59);
            refused(EndReason.TOO_MANY_CALLS, () -> desk.redeem(shop.token("1001"), ORIGIN, PEER));
            assertEquals(
                    List.of("event=click-limit limit=caller-per-minute of=\"192.0.2.1\" most=1"),
                    log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
            shop.seconds.addAndGet(1);
            desk.redeem(shop.token("1001"), ORIGIN, PEER);
            refused(EndReason.TOO_MANY_CALLS, () -> desk.redeem(shop.token("1001"), ORIGIN, PEER));
            assertEquals(2, log.list.size());
            assertTrue(shop.metrics.text().contains("offhook_click_limited_total{limit=\"caller-per-minute\"} 52"));
            assertTrue(shop.metrics.text().contains("offhook_click_refused_total{reason=\"too-many-calls\"} 52"));
            assertTrue(shop.metrics.text().contains("offhook_click_granted_total{by=\"token\"} 2"));
        } finally {
            logger.detachAppender(log);
            logger.setAdditive(true);
        }
    }

    // ---- tokens that we give

    @Test
    void aSitesBackendGetsATokenByItsKey() {
        CallDesk desk = shop.open();
        assertTrue(desk.isApiKey(Shop.API_KEY));
        assertFalse(desk.isApiKey(""));
        assertFalse(desk.isApiKey(Shop.API_KEY + "x"));
        IssuedToken issued = desk.tokenForSite(new TokenRequest("sales", "", ORIGIN, "Zoë", 0));
        assertEquals(NOON + 300, issued.expires());
        Grant grant = desk.redeem(issued.token(), ORIGIN, PEER);
        assertEquals("+4930123456", grant.destination());
        assertEquals("Zoë", grant.callerName());
        refused(EndReason.TOKEN_USED, () -> desk.redeem(issued.token(), ORIGIN, PEER));
    }

    @Test
    void aTokenIsNotGivenForWhatWouldBeRefused() {
        shop.hours = "09:00-18:00";
        CallDesk desk = shop.open();
        refused(EndReason.INVALID_FIELD, () -> desk.tokenForSite(new TokenRequest("none", "", ORIGIN, "", 0)));
        refused(EndReason.INVALID_FIELD, () -> desk.tokenForSite(new TokenRequest("sales", "", ORIGIN, "", -1)));
        refused(
                EndReason.INVALID_FIELD,
                () -> desk.tokenForSite(new TokenRequest("sales", "", ORIGIN, "x".repeat(65), 0)));
        refused(
                EndReason.ORIGIN_NOT_ALLOWED,
                () -> desk.tokenForSite(new TokenRequest("sales", "", "https://evil.example", "", 0)));
        refused(
                EndReason.DESTINATION_NOT_ALLOWED,
                () -> desk.tokenForSite(new TokenRequest("sales", "1002", ORIGIN, "", 0)));
        shop.seconds.addAndGet(Duration.ofHours(12).toSeconds());
        refused(EndReason.CLOSED_NOW, () -> desk.tokenForSite(new TokenRequest("sales", "", ORIGIN, "", 0)));
    }

    @Test
    void aVisitorWorksForATokenOnce() {
        shop.visitors = Line.Visitors.WORK;
        CallDesk desk = shop.open();
        TokenRequest request = new TokenRequest("sales", "1001", "https://forged.example", "", 0);
        refused(
                EndReason.CHALLENGE_FAILED,
                () -> desk.tokenForVisitor(request, ORIGIN, PEER, false, ChallengeAnswer.NONE));
        Challenge.Work work = assertInstanceOf(Challenge.Work.class, desk.challenge("sales", ORIGIN));
        ChallengeAnswer answer = new ChallengeAnswer(work.puzzle(), solve(work), "");
        refused(
                EndReason.ORIGIN_NOT_ALLOWED,
                () -> desk.tokenForVisitor(request, "https://evil.example", PEER, false, answer));
        IssuedToken token = desk.tokenForVisitor(request, ORIGIN, PEER, false, answer);
        assertEquals("1001", desk.redeem(token.token(), ORIGIN, PEER).destination());
        refused(EndReason.CHALLENGE_FAILED, () -> desk.tokenForVisitor(request, ORIGIN, PEER, false, answer));
        refused(EndReason.ORIGIN_NOT_ALLOWED, () -> desk.challenge("sales", "https://evil.example"));
        refused(EndReason.INVALID_FIELD, () -> desk.challenge("none", ORIGIN));
    }

    @Test
    void aPuzzleCountsForItsLineAndItsFiveMinutes() {
        Puzzles puzzles = new Puzzles(new Random(2));
        Challenge.Work work = puzzles.make("sales", NOON);
        String nonce = solve(work);
        puzzles.check("sales", work.puzzle(), nonce, NOON + 300);
        refused(EndReason.CHALLENGE_FAILED, () -> puzzles.check("sales", work.puzzle(), nonce, NOON + 301));
        refused(EndReason.CHALLENGE_FAILED, () -> puzzles.check("own", work.puzzle(), nonce, NOON));
        refused(EndReason.CHALLENGE_FAILED, () -> puzzles.check("sales", work.puzzle(), "no", NOON));
        refused(EndReason.CHALLENGE_FAILED, () -> puzzles.check("sales", work.puzzle(), "n".repeat(65), NOON));
        refused(EndReason.CHALLENGE_FAILED, () -> puzzles.check("sales", "", "", NOON));
        refused(
                EndReason.CHALLENGE_FAILED,
                () -> new Puzzles(new Random(3)).check("sales", work.puzzle(), nonce, NOON));
        char first = work.puzzle().charAt(0);
        String later = (first == 'A' ? 'B' : 'A') + work.puzzle().substring(1);
        refused(EndReason.CHALLENGE_FAILED, () -> puzzles.check("sales", later, nonce, NOON));
        assertEquals(0, Puzzles.zeroBits(new byte[] {(byte) 0x80}));
        assertEquals(7, Puzzles.zeroBits(new byte[] {1}));
        assertEquals(11, Puzzles.zeroBits(new byte[] {0, 0x1f}));
        assertEquals(16, Puzzles.zeroBits(new byte[2]));
    }

    /** As the page does it. */
    private static String solve(Challenge.Work work) {
        for (int nonce = 0; ; nonce++) {
            String text = Integer.toString(nonce);
            if (Puzzles.zeroBits(Texts.digest("SHA-256", work.puzzle() + text)) >= work.bits()) {
                return text;
            }
        }
    }

    @Test
    void aHookIsAskedWhereTheLineHasOne() {
        shop.visitors = Line.Visitors.HOOK;
        CallDesk desk = shop.open();
        TokenRequest request = new TokenRequest("sales", "1001", "", "", 0);
        assertInstanceOf(Challenge.Hook.class, desk.challenge("sales", ORIGIN));
        refused(
                EndReason.CHALLENGE_FAILED,
                () -> desk.tokenForVisitor(request, ORIGIN, PEER, false, ChallengeAnswer.NONE));
        assertEquals(List.of(), shop.asked);
        ChallengeAnswer answer = new ChallengeAnswer("", "", "captcha");
        desk.tokenForVisitor(request, ORIGIN, PEER, false, answer);
        assertEquals(List.of("sales 192.0.2.1 captcha"), shop.asked);
        shop.hookSaysYes = false;
        refused(EndReason.CHALLENGE_FAILED, () -> desk.tokenForVisitor(request, ORIGIN, PEER, false, answer));
    }

    @Test
    void aVisitorAtTheLimitIsRefusedBeforeTheChallenge() {
        shop.visitors = Line.Visitors.HOOK;
        shop.perAddress = 1;
        CallDesk desk = shop.open();
        desk.redeem(shop.token("1001"), ORIGIN, PEER);
        TokenRequest request = new TokenRequest("sales", "1001", "", "", 0);
        refused(
                EndReason.TOO_MANY_CALLS,
                () -> desk.tokenForVisitor(request, ORIGIN, PEER, false, new ChallengeAnswer("", "", "captcha")));
        assertEquals(List.of(), shop.asked);
    }

    @Test
    void aHookIsNotAskedInAFlood() {
        shop.visitors = Line.Visitors.HOOK;
        shop.hookSaysYes = false;
        CallDesk desk = shop.open();
        TokenRequest request = new TokenRequest("sales", "1001", "", "", 0);
        ChallengeAnswer guess = new ChallengeAnswer("", "", "guess");
        for (int i = 0; i < 1_000; i++) {
            assertThrows(GrantRefused.class, () -> desk.tokenForVisitor(request, ORIGIN, PEER, false, guess));
        }
        assertEquals(CallDesk.ANSWERS_PER_MINUTE, shop.asked.size());
        shop.hookSaysYes = true;
        desk.tokenForVisitor(request, ORIGIN, "192.0.2.2", false, guess);
    }

    @Test
    void inventedLoginsCrowdOutNobody() {
        CallDesk desk = shop.open();
        int granted = 0;
        for (int i = 0; i < 1_000; i++) {
            Ticket junk = desk.ticketForLogin(Shop.account("junk" + i, "x"), "1001", false, WINDOW, PEER);
            try {
                desk.redeem(junk.ticket(), WINDOW, PEER).over().accept(EndReason.CANCELLED);
                granted++;
            } catch (GrantRefused refused) {
                assertEquals(EndReason.TOO_MANY_CALLS, refused.reason());
            }
        }
        assertEquals(CallDesk.LOGINS_PER_MINUTE, granted);
        desk.redeem(shop.token("1001"), ORIGIN, PEER);
        Ticket elsewhere = login(desk, false);
        desk.redeem(elsewhere.ticket(), WINDOW, "192.0.2.2");
    }

    @Test
    void aLineGivesNoTokensToVisitorsUnlessItSaysSo() {
        CallDesk desk = shop.open();
        TokenRequest sales = new TokenRequest("sales", "1001", "", "", 0);
        refused(
                EndReason.CHALLENGE_FAILED,
                () -> desk.tokenForVisitor(sales, ORIGIN, PEER, true, ChallengeAnswer.NONE));
        refused(EndReason.CHALLENGE_FAILED, () -> desk.challenge("sales", ORIGIN));
        TokenRequest own = new TokenRequest("own", "1001", "", "", 0);
        refused(
                EndReason.ORIGIN_NOT_ALLOWED,
                () -> desk.tokenForVisitor(own, ORIGIN, PEER, false, ChallengeAnswer.NONE));
        IssuedToken token = desk.tokenForVisitor(own, ORIGIN, PEER, true, ChallengeAnswer.NONE);
        assertEquals("own", desk.redeem(token.token(), ORIGIN, PEER).line());
    }

    // ---- the call window

    @Test
    void aTicketIsForOneCallWithinAMinute() {
        CallDesk desk = shop.open();
        Ticket ticket = login(desk, false);
        assertEquals(27, ticket.ticket().length());
        assertEquals(Shop.USER, ticket.account());
        assertEquals("1001", ticket.destination());
        assertEquals("", ticket.cookie());
        Grant grant = desk.redeem(ticket.ticket(), WINDOW, PEER);
        assertEquals("secret", grant.account().password());
        assertEquals(CallDesk.CALL_WINDOW, grant.line());
        refused(EndReason.TOKEN_USED, () -> desk.redeem(ticket.ticket(), WINDOW, PEER));

        Ticket late = login(desk, false);
        shop.seconds.addAndGet(60);
        refused(EndReason.TOKEN_EXPIRED, () -> desk.redeem(late.ticket(), WINDOW, PEER));
        shop.seconds.addAndGet(600);
        refused(EndReason.TOKEN_INVALID, () -> desk.redeem(late.ticket(), WINDOW, PEER));
    }

    @Test
    void aTicketCountsInItsOwnWindowAlone() {
        CallDesk desk = shop.open();
        Ticket ticket = login(desk, false);
        refused(EndReason.ORIGIN_NOT_ALLOWED, () -> desk.redeem(ticket.ticket(), "https://evil.example", PEER));
        refused(EndReason.TOKEN_INVALID, () -> desk.redeem(ticket.ticket().substring(1), WINDOW, PEER));
        refused(EndReason.TOKEN_INVALID, () -> desk.redeem("A".repeat(27), WINDOW, PEER));
        refused(EndReason.TOKEN_INVALID, () -> desk.redeem("", WINDOW, PEER));
        desk.redeem(ticket.ticket(), WINDOW, PEER);
    }

    @Test
    void ticketsOfOneAddressCrowdOutNobodyElses() {
        CallDesk desk = shop.open();
        Ticket mine = desk.ticketForLogin(Shop.account("1000", "secret"), "1001", false, WINDOW, "192.0.2.9");
        Ticket first = login(desk, false);
        for (int i = 0; i < 2 * Tickets.TICKETS; i++) {
            login(desk, false);
        }
        refused(EndReason.TOKEN_INVALID, () -> desk.redeem(first.ticket(), WINDOW, PEER));
        desk.redeem(mine.ticket(), WINDOW, "192.0.2.9");
    }

    @Test
    void theWindowCallsWhatTheRulesAllow() {
        CallDesk desk = shop.open();
        for (String closed :
                List.of("0900 123456", "+43 1 5123456", "112", "*21*1#", "sip:1@other.example", "040666123")) {
            GrantRefused refused = refused(
                    EndReason.DESTINATION_NOT_ALLOWED,
                    () -> desk.ticketForLogin(Shop.account("1000", "secret"), closed, true, WINDOW, PEER));
            assertEquals("destination", refused.field());
        }
    }

    @Test
    void aRememberedLoginCallsUntilLogout() {
        CallDesk desk = shop.open();
        String cookie = login(desk, true).cookie();
        assertEquals(43, cookie.length());
        assertNotEquals(cookie, login(desk, true).cookie());
        Ticket again = desk.ticketForCookie(cookie, "030 123456", WINDOW, PEER).orElseThrow();
        assertEquals(
                "secret", desk.redeem(again.ticket(), WINDOW, PEER).account().password());
        desk.logout(cookie);
        desk.logout(cookie);
        assertTrue(desk.ticketForCookie(cookie, "1001", WINDOW, PEER).isEmpty());
        for (String odd : List.of("", "x", "x".repeat(100_000))) {
            assertTrue(desk.ticketForCookie(odd, "1001", WINDOW, PEER).isEmpty());
        }
    }

    @Test
    void aRememberedLoginExpires() {
        CallDesk desk = shop.open();
        String cookie = login(desk, true).cookie();
        shop.seconds.addAndGet(Duration.ofDays(30).toSeconds() - 1);
        assertTrue(desk.ticketForCookie(cookie, "1001", WINDOW, PEER).isPresent());
        shop.seconds.addAndGet(1);
        assertTrue(desk.ticketForCookie(cookie, "1001", WINDOW, PEER).isEmpty());
    }

    @Test
    void aLoginWhosePasswordIsRefusedIsForgotten() {
        CallDesk desk = shop.open();
        Ticket ticket = login(desk, true);
        desk.redeem(ticket.ticket(), WINDOW, PEER).over().accept(EndReason.BUSY);
        assertTrue(desk.ticketForCookie(ticket.cookie(), "1001", WINDOW, PEER).isPresent());
        Ticket again =
                desk.ticketForCookie(ticket.cookie(), "1001", WINDOW, PEER).orElseThrow();
        desk.redeem(again.ticket(), WINDOW, PEER).over().accept(EndReason.WRONG_PASSWORD);
        assertTrue(desk.ticketForCookie(ticket.cookie(), "1001", WINDOW, PEER).isEmpty());
    }

    @Test
    void colleaguesBehindOneAddressAreCountedByThemselves() {
        shop.perAddress = 1;
        shop.perMinute = 1;
        CallDesk desk = shop.open();
        for (String login : List.of("1000", "1002", "1003")) {
            Ticket ticket = desk.ticketForLogin(Shop.account(login, "secret"), "1001", false, WINDOW, PEER);
            desk.redeem(ticket.ticket(), WINDOW, PEER);
            Ticket second = desk.ticketForLogin(Shop.account(login, "secret"), "1001", false, WINDOW, PEER);
            refused(EndReason.TOO_MANY_CALLS, () -> desk.redeem(second.ticket(), WINDOW, PEER));
        }
        desk.redeem(shop.token("1001"), ORIGIN, PEER);
    }

    @Test
    void whoGuessesPasswordsMustWaitAndNobodyElse() {
        CallDesk desk = shop.open();
        for (int i = 0; i < CallDesk.WRONG_PASSWORDS_PER_MINUTE; i++) {
            Ticket guess = desk.ticketForLogin(Shop.account("100" + i, "guess"), "1001", false, WINDOW, PEER);
            desk.redeem(guess.ticket(), WINDOW, PEER).over().accept(EndReason.WRONG_PASSWORD);
        }
        Ticket another = login(desk, false);
        refused(EndReason.TOO_MANY_CALLS, () -> desk.redeem(another.ticket(), WINDOW, PEER));
        desk.redeem(another.ticket(), WINDOW, "192.0.2.2");
        shop.seconds.addAndGet(60);
        desk.redeem(login(desk, false).ticket(), WINDOW, PEER);
    }

    @Test
    void aSignedLinkMakesSoManyCalls() throws Exception {
        shop.linkUses = 3;
        CallDesk desk = shop.open();
        SignedLink link = SignedLinksTest.link(Shop.USER, "secret", "1001", Long.toString(NOON), "3600");
        List<String> tickets = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            tickets.add(desk.ticketForLink(link, WINDOW, PEER).ticket());
        }
        assertEquals(3, granted(tickets, ticket -> desk.redeem(ticket, WINDOW, PEER)));
        refused(EndReason.LINK_USED, () -> desk.ticketForLink(link, WINDOW, PEER));
        String left = tickets.stream()
                .filter(ticket -> refusal(desk, ticket) == EndReason.LINK_USED)
                .findFirst()
                .orElseThrow();
        SignedLink another = SignedLinksTest.link(Shop.USER, "secret", "1001", Long.toString(NOON - 1), "3600");
        desk.redeem(desk.ticketForLink(another, WINDOW, PEER).ticket(), WINDOW, PEER);
        assertEquals(EndReason.LINK_USED, refusal(desk, left));
    }

    private static EndReason refusal(CallDesk desk, String ticket) {
        return assertThrows(GrantRefused.class, () -> desk.redeem(ticket, WINDOW, PEER))
                .reason();
    }

    @Test
    void aSignedLinkIsHeldToTheRulesAndLimits() {
        shop.perAddressPerMinute = 2;
        CallDesk desk = shop.open();
        String time = Long.toString(NOON);
        refused(
                EndReason.DESTINATION_NOT_ALLOWED,
                () -> desk.ticketForLink(
                        SignedLinksTest.link(Shop.USER, "secret", "0900123456", time, "60"), WINDOW, PEER));
        refused(
                EndReason.LINK_INVALID,
                () -> desk.ticketForLink(SignedLinksTest.link(Shop.USER, "guess", "1001", time, "60"), WINDOW, PEER));
        SignedLink link = SignedLinksTest.link(Shop.USER, "secret", "1001", time, "60");
        desk.redeem(desk.ticketForLink(link, WINDOW, PEER).ticket(), WINDOW, PEER);
        desk.redeem(desk.ticketForLink(link, WINDOW, PEER).ticket(), WINDOW, PEER);
        Ticket third = desk.ticketForLink(link, WINDOW, PEER);
        refused(EndReason.TOO_MANY_CALLS, () -> desk.redeem(third.ticket(), WINDOW, PEER));
        desk.redeem(third.ticket(), WINDOW, "192.0.2.2");
    }

    private static Ticket login(CallDesk desk, boolean remember) {
        return desk.ticketForLogin(Shop.account("1000", "secret"), "1001", remember, WINDOW, PEER);
    }

    // ---- settings

    @Test
    void settingsThatCannotBeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> shop.line("two words", Line.Visitors.OFF));
        shop.calls = 0;
        assertThrows(IllegalArgumentException.class, () -> shop.line("sales", Line.Visitors.OFF));
        shop.destinations = List.of();
        assertThrows(IllegalArgumentException.class, () -> shop.line("sales", Line.Visitors.OFF));
    }

    @Test
    void noSecretIsInWhatIsPrinted() {
        String printed = shop.line("sales", Line.Visitors.OFF).toString();
        assertFalse(printed.contains(Jwt.SECRET), printed);
        assertFalse(printed.contains("of the line"), printed);
    }
}
