package offhook.exchange.extension;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The numbers that the exchange answers itself. */
public enum Extension {
    /** Sends back what it hears, in any codec. */
    ECHO,
    /** Plays a tune. */
    MUSIC,
    /** Plays back the keys that are pressed. */
    MENU;

    /** What is dialled: {@code echo}, {@code music} or {@code menu}. */
    public String user() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is dialled for each. */
    public static List<String> users() {
        return Arrays.stream(values()).map(Extension::user).toList();
    }

    static Optional<Extension> of(String user) {
        return Arrays.stream(values())
                .filter(extension -> extension.user().equals(user))
                .findFirst();
    }

    /** Whether it makes sound of its own, for which it has to know the codec. */
    boolean makesSound() {
        return this != ECHO;
    }

    /** What it plays; empty when it returns what it hears. */
    Optional<Sound> newSound() {
        return switch (this) {
            case ECHO -> Optional.empty();
            case MUSIC -> Optional.of(new MusicSound());
            case MENU -> Optional.of(new MenuSound());
        };
    }
}
