package offhook.server.click;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import offhook.call.Account;
import offhook.call.EndReason;
import offhook.server.metrics.Metrics;
import offhook.server.signalling.Grant;
import offhook.server.signalling.GrantRefused;
import offhook.server.signalling.Grants;

/**
 * Where permissions for calls are given out and redeemed: call tokens over the lines, tickets for links and logins. From
 * any thread. Every refusal is a {@link GrantRefused} and is counted.
 *
 * <p>What a permission says is checked when it is given, so that a page can say early what is wrong, and again when it is
 * redeemed. Only then is anything used up: whether it was used before and whether every limit has room is looked at and
 * taken in one step, and a call that is refused there has used up nothing.
 */
public final class CallDesk implements Grants {
    /** How far another machine's clock may be from ours. */
    public static final int SKEW_SECONDS = 30;

    /** How long a call of a link or a login may last. */
    public static final Duration LONGEST_OF_AN_ACCOUNT = Duration.ofHours(4);

    /** Name of what is not a line but the call window of links and logins, in grants and logs. */
    public static final String CALL_WINDOW = "makecall";

    /** Used tokens, links and puzzles, of each kind, that are remembered until they expire. */
    static final int USES = 65_536;

    /** From one address, over 60 s; beyond them nobody there can log in. */
    static final int WRONG_PASSWORDS_PER_MINUTE = 10;

    /** Calls of people who logged in at one address, over 60 s: a house full of them, and no flood. */
    static final int LOGINS_PER_MINUTE = 60;

    /** Answers to challenges from one address, over 60 s. */
    static final int ANSWERS_PER_MINUTE = 30;

    private static final int NAME_CHARACTERS = 64;

    private final DeskSettings settings;
    private final Map<String, Line> lines;
    private final ChallengeHook hook;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final CallTokens tokens;
    private final SignedLinks links;
    private final Puzzles puzzles;
    private final DeskCounts counts;

    /** Guards all that follows. */
    private final Object desk = new Object();

    /** Of calls by tokens and links; logins, which anybody can invent, and answers have their own, so as to crowd out none. */
    private final Rates rates;

    private final Rates ratesOfLogins;
    private final Rates ratesOfAnswers;
    private final Tickets tickets;
    private final Logins logins;
    private final Uses usedTokens = new Uses(USES);
    private final Uses usedLinks = new Uses(USES);
    private final Uses usedPuzzles = new Uses(USES);
    private int openCalls;

    /**
     * @param lines with different names
     * @param hook asked for lines whose visitors have one
     * @param clock for what other machines date
     * @param nanoTime for limits and lifetimes of our own, never going back
     * @param random one that cannot be guessed
     * @throws IllegalArgumentException with a sentence for the operator
     */
    public CallDesk(
            DeskSettings settings,
            List<Line> lines,
            ChallengeHook hook,
            InstantSource clock,
            LongSupplier nanoTime,
            RandomGenerator random,
            Metrics metrics) {
        this.settings = settings;
        Map<String, Line> byName = new HashMap<>();
        for (Line line : lines) {
            if (byName.put(line.name(), line) != null) {
                throw new IllegalArgumentException("two lines are called \"" + line.name() + "\"");
            }
        }
        this.lines = Map.copyOf(byName);
        this.hook = hook;
        this.clock = clock;
        this.nanoTime = nanoTime;
        tokens = new CallTokens(this.lines, settings.tokenSeconds(), SKEW_SECONDS, nowSeconds(), random);
        links = new SignedLinks(settings.links(), settings.linkSeconds(), SKEW_SECONDS);
        puzzles = new Puzzles(random);
        counts = new DeskCounts(metrics);
        rates = new Rates(Rates.KEYS, nanoTime.getAsLong());
        ratesOfLogins = new Rates(Rates.KEYS, nanoTime.getAsLong());
        ratesOfAnswers = new Rates(Rates.KEYS, nanoTime.getAsLong());
        tickets = new Tickets(random);
        logins = new Logins(random, settings.remembered());
        metrics.gauge("click_calls", "Calls that lines and the call window have open.", this::openCalls);
    }

    // ---- call tokens

    /** Whether it is one of the keys that sites' backends ask with. */
    public boolean isApiKey(String key) {
        boolean known = false;
        for (String one : settings.apiKeys()) {
            known |= Texts.same(one, key);
        }
        return known;
    }

    /**
     * A token for a site's backend, whose key the caller has checked.
     *
     * @throws GrantRefused when the line does not allow what it asks for
     */
    public IssuedToken tokenForSite(TokenRequest request) {
        return counted(() -> {
            Line line = line(request.line());
            return issue(line, request, wanted(line, request, request.origin()));
        });
    }

    /**
     * A token for a visitor's browser. May block while a hook is asked.
     *
     * @param origin of the page, as the browser says; the one in the request is not looked at
     * @param peer the browser's address without a port
     * @param ownPage whether the page is one of this server's
     * @throws GrantRefused when the line does not allow what it asks for, or the challenge was not passed
     */
    public IssuedToken tokenForVisitor(
            TokenRequest request, String origin, String peer, boolean ownPage, ChallengeAnswer answer) {
        return counted(() -> {
            Line line = line(request.line());
            if (line.visitors() == Line.Visitors.OWN_PAGES && !ownPage) {
                throw refused(EndReason.ORIGIN_NOT_ALLOWED, "origin", "Calls may not be made from this web page.");
            }
            TokenRequest own =
                    new TokenRequest(request.line(), request.destination(), origin, request.name(), request.seconds());
            Destination destination = wanted(line, own, origin);
            List<Rates.Rule> answers =
                    List.of(new Rates.Rule(Limit.ANSWERS_PER_MINUTE, CallerAddress.of(peer), ANSWERS_PER_MINUTE));
            synchronized (desk) {
                long nowNanos = nanoTime.getAsLong();
                refuseWhenFull(rates, rulesOf(line, destination, peer), nowNanos);
                refuseWhenFull(ratesOfAnswers, answers, nowNanos);
                ratesOfAnswers.begin(answers, nowNanos);
            }
            passChallenge(line, peer, answer);
            return issue(line, own, destination);
        });
    }

    /**
     * What a visitor's browser must do for a token of a line.
     *
     * @param origin of the page, as the browser says
     * @throws GrantRefused when there is nothing that it could do
     */
    public Challenge challenge(String line, String origin) {
        return counted(() -> {
            Line known = line(line);
            if (!known.origins().allow(origin)) {
                throw refused(EndReason.ORIGIN_NOT_ALLOWED, "origin", "Calls may not be made from this web page.");
            }
            return switch (known.visitors()) {
                case WORK -> puzzles.make(known.name(), nowSeconds());
                case HOOK -> new Challenge.Hook();
                case OWN_PAGES -> new Challenge.None();
                case OFF -> throw noChallenge();
            };
        });
    }

    private IssuedToken issue(Line line, TokenRequest request, Destination destination) {
        int seconds = request.seconds() == 0 ? settings.tokenSeconds() : request.seconds();
        return tokens.issue(line, destination.dialled(), request.origin(), request.name(), seconds, nowSeconds());
    }

    /** What a request for a token wants, which the line allows. */
    private Destination wanted(Line line, TokenRequest request, String origin) {
        allowOrigin(line, origin);
        name(request.name());
        if (request.seconds() < 0) {
            throw refused(EndReason.INVALID_FIELD, "seconds", "A call token lives for 1 second or more.");
        }
        Destination destination = destination(line, request.destination());
        refuseWhenClosed(line);
        return destination;
    }

    private void passChallenge(Line line, String peer, ChallengeAnswer answer) {
        switch (line.visitors()) {
            case OFF -> throw noChallenge();
            case OWN_PAGES -> {}
            case WORK -> {
                Puzzles.Solved solved = puzzles.check(line.name(), answer.puzzle(), answer.nonce(), nowSeconds());
                synchronized (desk) {
                    if (usedPuzzles.count(solved.id()) > 0) {
                        throw refused(EndReason.CHALLENGE_FAILED, "puzzle", "The puzzle has been used already.");
                    }
                    remember(usedPuzzles, "puzzles", solved.id(), solved.expiresSeconds());
                }
            }
            case HOOK -> {
                if (answer.answer().isEmpty() || !hook.accepts(line, peer, answer.answer())) {
                    throw refused(
                            EndReason.CHALLENGE_FAILED, "answer", "The check against automatic calls was not passed.");
                }
            }
        }
    }

    // ---- the call window

    /**
     * A ticket for a signed link.
     *
     * @param origin of the call window
     * @param peer the browser's address without a port
     * @throws GrantRefused {@link EndReason#LINK_INVALID}, {@link EndReason#LINK_EXPIRED}, {@link EndReason#LINK_USED}, or
     *     why its number may not be called
     */
    public Ticket ticketForLink(SignedLink link, String origin, String peer) {
        return counted(() -> {
            SignedLinks.Checked checked = links.check(link, nowSeconds());
            synchronized (desk) {
                refuseWhenUsed(checked.id());
            }
            return ticket(
                    checked.account(),
                    link.destnumber(),
                    origin,
                    peer,
                    new Tickets.Right.Link(checked.id(), checked.expiresSeconds()),
                    "");
        });
    }

    /**
     * A ticket for a person who typed an account and its password. Whether they are right is only known by calling.
     *
     * @param remember whether a cookie is to be made for the next time
     * @param origin of the call window
     * @param peer the browser's address without a port
     * @throws GrantRefused when the number may not be called
     */
    public Ticket ticketForLogin(Account account, String destination, boolean remember, String origin, String peer) {
        return counted(() -> {
            Destination checked = destination(destination);
            String cookie = "";
            if (remember && settings.remembered().isPositive()) {
                synchronized (desk) {
                    cookie = logins.remember(account, CallerAddress.of(peer), nanoTime.getAsLong());
                }
            }
            String remembered = cookie.isEmpty() ? "" : Logins.id(cookie);
            return ticket(account, checked, origin, peer, new Tickets.Right.Login(remembered), cookie);
        });
    }

    /**
     * A ticket for a person who is remembered.
     *
     * @return empty when the login is not known, or no longer
     * @throws GrantRefused when the number may not be called
     */
    public Optional<Ticket> ticketForCookie(String cookie, String destination, String origin, String peer) {
        return counted(() -> {
            Account account;
            synchronized (desk) {
                account = logins.find(cookie, nanoTime.getAsLong());
            }
            if (account == null) {
                return Optional.empty();
            }
            Tickets.Right right = new Tickets.Right.Login(Logins.id(cookie));
            return Optional.of(ticket(account, destination, origin, peer, right, ""));
        });
    }

    /** Forgets a login; one that is not known is forgotten already. */
    public void logout(String cookie) {
        synchronized (desk) {
            logins.forget(Logins.id(cookie));
        }
    }

    private Ticket ticket(
            Account account, String written, String origin, String peer, Tickets.Right right, String cookie) {
        return ticket(account, destination(written), origin, peer, right, cookie);
    }

    private Ticket ticket(
            Account account, Destination destination, String origin, String peer, Tickets.Right right, String cookie) {
        Tickets.Permit permit = new Tickets.Permit(account, destination, origin, right);
        synchronized (desk) {
            String ticket = tickets.issue(permit, CallerAddress.of(peer), nanoTime.getAsLong());
            return new Ticket(ticket, user(account), destination.dialled(), cookie);
        }
    }

    // ---- redeeming

    @Override
    public Grant redeem(String token, String origin, String peer) {
        return counted(
                () -> token.indexOf('.') < 0 ? redeemTicket(token, origin, peer) : redeemToken(token, origin, peer));
    }

    private Grant redeemToken(String text, String origin, String peer) {
        CallToken token = tokens.read(text, nowSeconds());
        try {
            return redeem(token, origin, peer);
        } catch (GrantRefused e) {
            throw e.over(token.line().name());
        }
    }

    private Grant redeem(CallToken token, String origin, String peer) {
        Line line = token.line();
        if (!Origins.same(token.origin(), origin)) {
            throw refused(
                    EndReason.ORIGIN_NOT_ALLOWED, "origin", "The permission for this call is for another web page.");
        }
        allowOrigin(line, origin);
        Destination destination = destination(line, token.destination());
        String callerName = name(token.name());
        refuseWhenClosed(line);
        List<Rates.Rule> rules = rulesOf(line, destination, peer);
        String id = line.name() + ' ' + token.id();
        synchronized (desk) {
            if (usedTokens.count(id) > 0) {
                throw refused(EndReason.TOKEN_USED, "token", "The permission for this call has been used already.");
            }
            long nowNanos = nanoTime.getAsLong();
            refuseWhenFull(rates, rules, nowNanos);
            remember(usedTokens, "tokens", id, token.expiresSeconds() + SKEW_SECONDS);
            begin(rates, rules, nowNanos);
        }
        counts.granted("token");
        return new Grant(
                line.name(),
                line.account(),
                destination.dialled(),
                callerName.isEmpty() ? line.callerName() : callerName,
                line.longest(),
                once(rates, rules, reason -> {}));
    }

    private Grant redeemTicket(String ticket, String origin, String peer) {
        Tickets.Permit permit;
        List<Rates.Rule> rules;
        Rates taken;
        synchronized (desk) {
            long nowNanos = nanoTime.getAsLong();
            permit = tickets.find(ticket, nowNanos);
            if (!Origins.same(permit.origin(), origin)) {
                throw refused(
                        EndReason.ORIGIN_NOT_ALLOWED,
                        "origin",
                        "The permission for this call is for another web page.");
            }
            rules = rulesOf(permit, peer);
            taken = permit.right() instanceof Tickets.Right.Login ? ratesOfLogins : rates;
            if (permit.right() instanceof Tickets.Right.Link link) {
                refuseWhenUsed(link.id());
            }
            if (permit.right() instanceof Tickets.Right.Login) {
                refuseWhenFull(ratesOfLogins, ruleOfGuesses(peer), nowNanos);
            }
            refuseWhenFull(taken, rules, nowNanos);
            if (permit.right() instanceof Tickets.Right.Link link) {
                remember(
                        usedLinks,
                        "links",
                        link.id(),
                        link.expiresSeconds() + (Tickets.LIFETIME_NANOS / 1_000_000_000L));
            }
            tickets.use(ticket);
            begin(taken, rules, nowNanos);
        }
        Consumer<EndReason> andThen = switch (permit.right()) {
            case Tickets.Right.Link link -> {
                counts.granted("link");
                yield reason -> {};
            }
            case Tickets.Right.Login(String remembered) -> {
                counts.granted("login");
                yield reason -> heardOfLogin(remembered, peer, reason);
            }
        };
        return new Grant(
                CALL_WINDOW,
                permit.account(),
                permit.destination().dialled(),
                "",
                LONGEST_OF_AN_ACCOUNT,
                once(taken, rules, andThen));
    }

    private void begin(Rates taken, List<Rates.Rule> rules, long nowNanos) {
        taken.begin(rules, nowNanos);
        openCalls++;
    }

    /** Gives back what a call took, at the first time only. */
    private Consumer<EndReason> once(Rates taken, List<Rates.Rule> rules, Consumer<EndReason> andThen) {
        AtomicBoolean over = new AtomicBoolean();
        return reason -> {
            if (over.compareAndSet(false, true)) {
                synchronized (desk) {
                    taken.end(rules);
                    openCalls--;
                }
                andThen.accept(reason);
            }
        };
    }

    private void heardOfLogin(String rememberedId, String peer, EndReason reason) {
        if (reason == EndReason.WRONG_PASSWORD) {
            synchronized (desk) {
                logins.forget(rememberedId);
                List<Rates.Rule> guesses = ruleOfGuesses(peer);
                long nowNanos = nanoTime.getAsLong();
                if (ratesOfLogins.full(guesses, nowNanos).isEmpty()) {
                    ratesOfLogins.begin(guesses, nowNanos);
                }
            }
        }
    }

    /** Calls that were begun and are not over. */
    public int openCalls() {
        synchronized (desk) {
            return openCalls;
        }
    }

    // ---- what is allowed

    private Line line(String name) {
        Line line = lines.get(name);
        if (line == null) {
            throw refused(EndReason.INVALID_FIELD, "line", "There is no line of this name.");
        }
        return line;
    }

    private static void allowOrigin(Line line, String origin) {
        if (!line.origins().allow(origin)) {
            throw refused(EndReason.ORIGIN_NOT_ALLOWED, "origin", "Calls may not be made from this web page.");
        }
    }

    private void refuseWhenClosed(Line line) {
        Instant now = clock.instant();
        if (!line.hours().open(now)) {
            throw refused(
                    EndReason.CLOSED_NOW,
                    "line",
                    "Nobody takes calls at this hour. The hours are " + line.hours() + ".");
        }
    }

    /** Whom a line may call, as it is to be dialled there. */
    private Destination destination(Line line, String written) {
        Destinations destinations = line.destinations();
        Destination wanted = read(written.isBlank() ? destinations.standard() : written);
        Destination named = destinations.named(wanted);
        if (named == null && !destinations.covered(wanted)) {
            throw refused(
                    EndReason.DESTINATION_NOT_ALLOWED, "destination", "This number may not be called over this line.");
        }
        Destination dialled = named == null ? wanted : named;
        refuseWhenObjected(settings.rules().objection(dialled, named != null));
        return dialled;
    }

    /** Whom links and logins may call. */
    private Destination destination(String written) {
        Destination wanted = read(written);
        refuseWhenObjected(settings.rules().objection(wanted, false));
        return wanted;
    }

    private Destination read(String written) {
        try {
            return settings.rules().plan().read(written);
        } catch (IllegalArgumentException e) {
            throw refused(EndReason.INVALID_FIELD, "destination", String.valueOf(e.getMessage()));
        }
    }

    private static void refuseWhenObjected(Optional<String> objection) {
        if (objection.isPresent()) {
            throw refused(EndReason.DESTINATION_NOT_ALLOWED, "destination", objection.get());
        }
    }

    private static String name(String typed) {
        String name = typed.strip();
        if (name.length() > NAME_CHARACTERS
                || name.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw refused(
                    EndReason.INVALID_FIELD,
                    "name",
                    "The caller's name has " + NAME_CHARACTERS + " printable characters at most.");
        }
        return name;
    }

    private void refuseWhenUsed(String linkId) {
        if (usedLinks.count(linkId) >= settings.linkUses()) {
            throw refused(EndReason.LINK_USED, "pass", "The link has been used too often.");
        }
    }

    // ---- limits

    private List<Rates.Rule> rulesOf(Line line, Destination destination, String peer) {
        List<Rates.Rule> rules = new ArrayList<>(rulesOfCaller(CallerAddress.of(peer)));
        rules.add(new Rates.Rule(Limit.LINE_PER_MINUTE, line.name(), line.callsPerMinute()));
        rules.add(new Rates.Rule(Limit.LINE_AT_ONE_TIME, line.name(), line.calls()));
        rules.add(ruleOf(line.account(), destination));
        rules.add(new Rates.Rule(Limit.ALL_PER_MINUTE, "all", settings.callsPerMinute()));
        return rules;
    }

    /**
     * A person with a password is counted as that person at that address: colleagues share an address, and a stranger
     * without the right password rings no phone but could use up what others have.
     */
    private List<Rates.Rule> rulesOf(Tickets.Permit permit, String peer) {
        String address = CallerAddress.of(peer);
        return switch (permit.right()) {
            case Tickets.Right.Login login -> {
                List<Rates.Rule> rules = new ArrayList<>(rulesOfCaller(user(permit.account()) + " from " + address));
                rules.add(new Rates.Rule(Limit.LOGINS_PER_MINUTE, address, LOGINS_PER_MINUTE));
                yield rules;
            }
            case Tickets.Right.Link link -> {
                List<Rates.Rule> rules = new ArrayList<>(rulesOfCaller(address));
                rules.add(ruleOf(permit.account(), permit.destination()));
                rules.add(new Rates.Rule(Limit.ALL_PER_MINUTE, "all", settings.callsPerMinute()));
                yield rules;
            }
        };
    }

    /** Guesses are not calls, so they are counted when the telephone system has refused them. */
    private static List<Rates.Rule> ruleOfGuesses(String peer) {
        return List.of(
                new Rates.Rule(Limit.WRONG_PASSWORDS_PER_MINUTE, CallerAddress.of(peer), WRONG_PASSWORDS_PER_MINUTE));
    }

    private List<Rates.Rule> rulesOfCaller(String caller) {
        return List.of(
                new Rates.Rule(Limit.CALLER_PER_MINUTE, caller, settings.callsPerAddressPerMinute()),
                new Rates.Rule(Limit.CALLER_AT_ONE_TIME, caller, settings.callsPerAddress()));
    }

    private Rates.Rule ruleOf(Account account, Destination destination) {
        return new Rates.Rule(
                Limit.DESTINATION_PER_MINUTE,
                account.domain() + ' ' + destination.matched(),
                settings.callsPerDestinationPerMinute());
    }

    private void refuseWhenFull(Rates asked, List<Rates.Rule> rules, long nowNanos) {
        Optional<Rates.Rule> full = asked.full(rules, nowNanos);
        if (full.isPresent()) {
            throw tooMany(full.get());
        }
    }

    private void remember(Uses uses, String what, String id, long expiresSeconds) {
        if (!uses.hasRoom(id, nowSeconds())) {
            throw tooMany(new Rates.Rule(Limit.MEMORY, what, USES));
        }
        uses.use(id, expiresSeconds);
    }

    private GrantRefused tooMany(Rates.Rule rule) {
        counts.limited(rule, nanoTime.getAsLong());
        return refused(
                EndReason.TOO_MANY_CALLS,
                "",
                switch (rule.limit()) {
                    case CALLER_PER_MINUTE -> "You have called very often; please wait a minute.";
                    case CALLER_AT_ONE_TIME -> "You have a call already; please end it first.";
                    case WRONG_PASSWORDS_PER_MINUTE -> "There were too many wrong passwords; please wait a minute.";
                    case ANSWERS_PER_MINUTE -> "You have tried very often; please wait a minute.";
                    case LOGINS_PER_MINUTE,
                            LINE_PER_MINUTE,
                            LINE_AT_ONE_TIME,
                            DESTINATION_PER_MINUTE,
                            ALL_PER_MINUTE,
                            MEMORY -> "There are too many calls at the moment; please try again in a minute.";
                });
    }

    // ---- the rest

    private long nowSeconds() {
        return clock.instant().getEpochSecond();
    }

    private static String user(Account account) {
        return account.login() + "@" + account.domain();
    }

    private <T> T counted(Supplier<T> work) {
        try {
            return work.get();
        } catch (GrantRefused refused) {
            counts.refused(refused.reason());
            throw refused;
        }
    }

    private static GrantRefused noChallenge() {
        return refused(EndReason.CHALLENGE_FAILED, "line", "This line gives no permissions to visitors' browsers.");
    }

    private static GrantRefused refused(EndReason reason, String field, String text) {
        return new GrantRefused(reason, field, text);
    }
}
