package offhook.server.app;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * What libraries say by the JDK's own log goes into ours, one line each. Helidon's web server warns of every request that
 * it cannot make sense of: strangers' doing, and no fault of ours.
 */
final class LibraryLog extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    private LibraryLog() {}

    /** Takes the place of the JDK's handlers. What is below a warning is of no interest to an operator. */
    static void install() {
        LogManager.getLogManager().reset();
        java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new LibraryLog());
    }

    @Override
    public void publish(LogRecord record) {
        org.slf4j.Logger log = LoggerFactory.getLogger(String.valueOf(record.getLoggerName()));
        String text = formatter.formatMessage(record);
        Throwable thrown = record.getThrown();
        if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
            log.error("event=library-error text=\"{}\"", text, thrown);
        } else {
            Throwable cause = thrown == null || thrown.getCause() == null ? thrown : thrown.getCause();
            log.warn("event=library-warning text=\"{}\" cause=\"{}\"", text, cause == null ? "" : cause);
        }
    }

    @Override
    public void flush() {
        // the other log does
    }

    @Override
    public void close() {
        // nothing is held
    }
}
