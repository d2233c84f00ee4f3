package offhook.server.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import offhook.call.EndReason;
import offhook.server.click.ChallengeHook;
import offhook.server.click.Line;
import offhook.server.signalling.GrantRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a site whether a visitor may call: its answer to a captcha, for example, is checked there. Bounded in time and
 * number, as strangers cause it. From any thread, which waits.
 */
public final class VisitorHook implements ChallengeHook, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Questions under way at one time. */
    private static final int AT_ONE_TIME = 32;

    private static final Logger LOG = LoggerFactory.getLogger(VisitorHook.class);

    private final Duration patience;
    private final Semaphore room = new Semaphore(AT_ONE_TIME);
    private final HttpClient client;

    public VisitorHook() {
        this(PATIENCE);
    }

    /** @param patience for the whole of a question */
    VisitorHook(Duration patience) {
        this.patience = patience;
        client = HttpClient.newBuilder()
                .connectTimeout(patience)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** @throws GrantRefused when too many questions are under way */
    @Override
    public boolean accepts(Line line, String address, String answer) {
        if (!room.tryAcquire()) {
            throw new GrantRefused(EndReason.LIMIT_REACHED, "", EndReason.LIMIT_REACHED.sentence());
        }
        CompletableFuture<HttpResponse<Void>> asked = null;
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(line.hook()))
                    .timeout(patience)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(Json.object()
                            .put("line", line.name())
                            .put("address", address)
                            .put("answer", answer)
                            .toString()))
                    .build();
            asked = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
            int status = asked.get(patience.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            return status >= 200 && status < 300;
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn(
                    "event=visitor-hook-failed line={} why=\"{}\"",
                    line.name(),
                    e instanceof TimeoutException ? "no answer" : String.valueOf(e.getCause()));
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            if (asked != null) {
                asked.cancel(true);
            }
            room.release();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
