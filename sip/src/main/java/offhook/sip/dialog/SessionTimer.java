package offhook.sip.dialog;

import java.util.Optional;
import java.util.OptionalLong;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SessionExpires;
import offhook.sip.message.SessionExpires.Refresher;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;
import offhook.sip.message.SipStatus;
import offhook.sip.transaction.Deadlines;
import offhook.sip.transaction.TransactionFailure;
import offhook.sip.transaction.TransactionLayer.ResponseHandler;
import org.jspecify.annotations.Nullable;

/**
 * The session timer of one call (RFC 4028): each INVITE and UPDATE of either side sets it anew, and says who has to send the
 * next one. When that is us, half the interval passes before it; when nobody has sent one shortly before the interval's
 * end, the call is over.
 *
 * <p>A peer that knows nothing of session timers is asked all the same, so that we learn when it is gone; the call does not
 * end for want of its answer but by it, a 481 or 408 or none. Single owner, not thread-safe.
 */
final class SessionTimer implements ResponseHandler, OfferHandler {
    /** How often one request is sent again because the peer wants a longer interval. */
    static final int MAX_RAISES = 3;

    /** The shortest interval that is taken from a peer, in seconds: less would be a flood of our own making. */
    static final long LEAST_SECONDS = 20;

    /** How long after a refresh that was refused, or had to wait for another, the next is tried, in nanoseconds. */
    private static final long PAUSE = 10_000_000_000L;

    private static final long SECOND = 1_000_000_000L;
    /** RFC 4028 section 10: the end comes this much, or a third of the interval, before the interval's. */
    private static final long MARGIN_SECONDS = 32;

    private final InviteUsage usage;
    private final UserAgentCore core;

    /** In seconds; 0 while there is no timer. */
    private long interval;
    /** The largest Min-SE that we have heard of, in seconds. */
    private long minSe;
    /** The peer takes part, so that the call ends without a refresh. */
    private boolean agreed;

    private boolean weRefresh = true;
    private boolean updateRefused;
    private int raises;
    private Deadlines.@Nullable Deadline refresh;
    private Deadlines.@Nullable Deadline end;

    SessionTimer(InviteUsage usage, UserAgentCore core) {
        this.usage = usage;
        this.core = core;
        this.minSe = core.minSeSeconds();
    }

    /**
     * What a first INVITE says.
     *
     * @param minSe the least that the peers on its way are known to take, in seconds
     */
    static Headers ask(Headers headers, UserAgentCore core, long minSe) {
        SessionExpires wanted = new SessionExpires(Math.max(core.sessionExpiresSeconds(), minSe), Refresher.UNSAID);
        return core.supports(UserAgentCore.TIMER) ? asked(headers, core, wanted, minSe) : headers;
    }

    /** What a re-INVITE or UPDATE says: the interval and the parts stay (RFC 4028 section 7.4). */
    Headers ask(Headers headers) {
        if (!core.supports(UserAgentCore.TIMER)) {
            return headers;
        }
        Refresher refresher = interval == 0 || !agreed ? Refresher.UNSAID : weRefresh ? Refresher.UAC : Refresher.UAS;
        long seconds = Math.max(interval == 0 ? core.sessionExpiresSeconds() : interval, minSe);
        return asked(headers, core, new SessionExpires(seconds, refresher), minSe);
    }

    private static Headers asked(Headers headers, UserAgentCore core, SessionExpires wanted, long minSe) {
        Headers asked = headers.with(HeaderName.SESSION_EXPIRES, wanted);
        return minSe > core.minSeSeconds() ? asked.with(HeaderName.MIN_SE, minSe) : asked;
    }

    /**
     * The interval that a 422 wants, in seconds.
     *
     * @param minSe what the peers are known to take so far
     * @return empty when the response is none, or wants nothing new
     */
    static OptionalLong wanted(SipResponse response, long minSe) {
        OptionalLong wanted = response.headers().minSe();
        boolean more = response.status() == SipStatus.SESSION_INTERVAL_TOO_SMALL
                && wanted.isPresent()
                && wanted.getAsLong() > minSe;
        return more ? wanted : OptionalLong.empty();
    }

    /** Whether a request of ours is to be sent again with a longer interval, which a 422 has asked for. */
    boolean mayRaise(SipResponse response) {
        OptionalLong wanted = wanted(response, minSe);
        if (wanted.isEmpty() || raises >= MAX_RAISES) {
            return false;
        }
        raises++;
        minSe = wanted.getAsLong();
        return true;
    }

    /** Whether a request wants a shorter interval than anybody may: it gets a 422 (RFC 4028 section 9). */
    static boolean tooSmall(SipRequest request, UserAgentCore core) {
        Optional<SessionExpires> wanted = request.headers().sessionExpires();
        return core.supports(UserAgentCore.TIMER)
                && wanted.isPresent()
                && wanted.get().seconds() < core.minSeSeconds();
    }

    /** A 2xx has come to an INVITE or UPDATE of ours. */
    void onSuccess(SipRequest asked, SipResponse success, long nowNanos) {
        Optional<SessionExpires> wanted = asked.headers().sessionExpires();
        if (wanted.isEmpty()) {
            return;
        }
        Optional<SessionExpires> granted = success.headers().sessionExpires();
        minSe = Math.max(minSe, asked.headers().minSe().orElse(0));
        agreed = granted.isPresent();
        weRefresh = granted.isEmpty() || granted.get().refresher() != Refresher.UAS;
        start(granted.orElse(wanted.get()).seconds(), nowNanos);
    }

    /** We answer an INVITE or UPDATE by a 2xx, which says what this gives back. */
    Headers grant(SipRequest request, Headers headers, long nowNanos) {
        if (!core.supports(UserAgentCore.TIMER)) {
            return headers;
        }
        Optional<SessionExpires> wanted = request.headers().sessionExpires();
        boolean able = request.headers().lists(HeaderName.SUPPORTED, UserAgentCore.TIMER);
        if (wanted.isEmpty() && !able) {
            // Nothing was agreed on; but what we do alone goes on, and this was a sign of life.
            if (agreed) {
                stop();
            } else if (interval > 0) {
                start(interval, nowNanos);
            }
            return headers;
        }
        long least = request.headers().minSe().orElse(0);
        long ours = interval == 0 || !agreed ? core.sessionExpiresSeconds() : interval;
        long seconds =
                Math.max(least, Math.min(wanted.map(SessionExpires::seconds).orElse(ours), ours));
        weRefresh = !able || weRefreshBy(wanted.map(SessionExpires::refresher).orElse(Refresher.UNSAID));
        agreed = true;
        start(seconds, nowNanos);
        Refresher refresher = weRefresh ? Refresher.UAS : Refresher.UAC;
        Headers granted = headers.with(HeaderName.SESSION_EXPIRES, new SessionExpires(seconds, refresher));
        return weRefresh ? granted : granted.append(HeaderName.REQUIRE, UserAgentCore.TIMER);
    }

    /** Where the peer leaves it open we do it: a refresh that the peer forgets would cost the call. */
    private boolean weRefreshBy(Refresher said) {
        return switch (said) {
            case UAC -> false;
            case UAS -> true;
            case UNSAID -> weRefresh;
        };
    }

    /** The call is over, or knows no timer any more. */
    void stop() {
        interval = 0;
        agreed = false;
        weRefresh = true;
        core.transactions().deadlines().cancel(refresh);
        core.transactions().deadlines().cancel(end);
    }

    private void start(long seconds, long nowNanos) {
        Deadlines deadlines = core.transactions().deadlines();
        deadlines.cancel(refresh);
        deadlines.cancel(end);
        raises = 0;
        interval = Math.max(LEAST_SECONDS, seconds);
        if (weRefresh) {
            refresh = deadlines.at(nowNanos + interval * SECOND / 2, this::refresh);
        }
        if (agreed) {
            long margin = Math.min(MARGIN_SECONDS, interval / 3);
            end = deadlines.at(nowNanos + (interval - margin) * SECOND, usage::expire);
        }
    }

    private void refresh(long nowNanos) {
        if (usage.reinviting()) {
            // Once that is answered it is a refresh as good as any.
            again(nowNanos + PAUSE);
        } else if (!updateRefused && usage.dialog().peerAllows(SipMethod.UPDATE)) {
            usage.send(SipMethod.UPDATE, Headers.NONE, Body.NONE, this, nowNanos);
        } else if (!usage.refresh(this, nowNanos) && agreed) {
            again(nowNanos + PAUSE);
        }
    }

    private void again(long atNanos) {
        core.transactions().deadlines().cancel(refresh);
        refresh = core.transactions().deadlines().at(atNanos, this::refresh);
    }

    /** Of an UPDATE; a 2xx has set the timer already. */
    @Override
    public void onResponse(SipResponse response, long nowNanos) {
        if (response.isFinal() && !response.isSuccess()) {
            updateRefused = switch (response.status()) {
                case SipStatus.METHOD_NOT_ALLOWED, SipStatus.NOT_IMPLEMENTED, SipStatus.BAD_EXTENSION -> true;
                default -> updateRefused;
            };
            if (mayRaise(response) || updateRefused) {
                refresh(nowNanos);
            } else {
                refused(response, nowNanos);
            }
        }
    }

    @Override
    public void onFailure(TransactionFailure failure, long nowNanos) {
        failed(failure, nowNanos);
    }

    @Override
    public void answered(SipResponse success, long nowNanos) {
        usage.refreshed(success, nowNanos);
    }

    /** 408 and 481 end the call without us; whatever else is wrong now may not be so a little later. */
    @Override
    public void refused(SipResponse refusal, long nowNanos) {
        retry(nowNanos);
    }

    @Override
    public void failed(TransactionFailure failure, long nowNanos) {
        retry(nowNanos);
    }

    private void retry(long nowNanos) {
        if (usage.isOpen() && interval > 0) {
            again(nowNanos + (agreed ? PAUSE : interval * SECOND / 2));
        }
    }
}
