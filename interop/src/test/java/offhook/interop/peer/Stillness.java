package offhook.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Watches a recording that stops growing when no media comes any more. */
final class Stillness {
    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    private long size = -1;
    private long sinceNanos;

    /** Whether the recording has not grown for a second, as far as this question was asked often enough. */
    boolean lastsASecond(Path recording) {
        try {
            long now = System.nanoTime();
            long sizeNow = Files.size(recording);
            if (sizeNow != size) {
                size = sizeNow;
                sinceNanos = now;
            }
            return now - sinceNanos >= SECOND_NANOS;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
