package offhook.call;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import offhook.media.dtmf.TelephoneEvent;
import offhook.sip.dialog.Body;

/**
 * A key press in the body of an INFO. No RFC describes the two kinds; what many telephone systems send and take does.
 *
 * @param key one of {@code 0-9 * # A-D}
 * @param durationMillis how long it was held, 0 when unknown
 */
record KeyInfo(char key, int durationMillis) {
    /** {@code Signal=5}, {@code Duration=160}, a line each. */
    static final String RELAY_TYPE = "application/dtmf-relay";
    /** The key alone. */
    static final String PLAIN_TYPE = "application/dtmf";

    /** More than any key press takes to tell. */
    private static final int MAX_BODY = 256;

    private static final int MAX_DURATION_MILLIS = 3_600_000;

    /** What a body is about. */
    sealed interface Reading {
        /** A key was pressed. */
        record Pressed(KeyInfo key) implements Reading {}

        /** A signal that is no key, such as a hook flash. */
        record NoKey() implements Reading {}

        /** The right type, but nothing that could be read. */
        record Malformed() implements Reading {}

        /** Another type of body. */
        record OtherType() implements Reading {}
    }

    /** Reads a body that is not empty. */
    static Reading read(Body body) {
        String type = body.contentType().split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        if (!type.equals(RELAY_TYPE) && !type.equals(PLAIN_TYPE)) {
            return new Reading.OtherType();
        }
        if (body.bytes().length > MAX_BODY) {
            return new Reading.Malformed();
        }
        String text = new String(body.bytes(), StandardCharsets.UTF_8).trim();
        // Some send the lines of the one type under the name of the other.
        return text.contains("=") ? relay(text) : signal(text, 0);
    }

    Body relay() {
        return body(RELAY_TYPE, "Signal=" + key + "\r\nDuration=" + durationMillis + "\r\n");
    }

    Body plain() {
        return body(PLAIN_TYPE, String.valueOf(key));
    }

    private static Body body(String type, String text) {
        return Body.of(type, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Reading relay(String text) {
        String signal = "";
        int durationMillis = 0;
        for (String line : text.split("[\r\n]+")) {
            String[] parts = line.split("=", 2);
            String value = parts.length < 2 ? "" : parts[1].trim();
            switch (parts[0].trim().toLowerCase(Locale.ROOT)) {
                case "signal" -> signal = value;
                case "duration" -> durationMillis = number(value).orElse(0);
                default -> {
                    // Other lines say nothing about the key.
                }
            }
        }
        return signal(signal, durationMillis);
    }

    /** A key's own character, or the number of its event (RFC 4733 section 3.2) when it has two digits. */
    private static Reading signal(String signal, int durationMillis) {
        if (signal.length() == 1 && TelephoneEvent.isKey(signal.charAt(0))) {
            return new Reading.Pressed(new KeyInfo(Character.toUpperCase(signal.charAt(0)), durationMillis));
        }
        Optional<Integer> event = signal.length() < 2 ? Optional.empty() : number(signal);
        if (event.isPresent() && TelephoneEvent.isKey(event.get())) {
            return new Reading.Pressed(new KeyInfo(TelephoneEvent.keyOf(event.get()), durationMillis));
        }
        boolean flash = event.isPresent()
                || signal.equals("!")
                || signal.toLowerCase(Locale.ROOT).contains("flash");
        return flash ? new Reading.NoKey() : new Reading.Malformed();
    }

    private static Optional<Integer> number(String digits) {
        return digits.matches("[0-9]{1,9}")
                ? Optional.of(Math.min(Integer.parseInt(digits), MAX_DURATION_MILLIS))
                : Optional.empty();
    }
}
