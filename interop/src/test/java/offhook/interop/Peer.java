package offhook.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whom we are tried against, with how each says its version. */
public enum Peer {
    CHROMIUM("Chromium", "/usr/bin/chromium", "--version"),
    FIREFOX("Firefox ESR", "firefox-esr", "--version"),
    WCS_SDK("the WCS SDK", "node", "-p", "'version ' + require('@flashphoner/websdk/package.json').version"),
    BARESIP("baresip", "baresip", "-h"),
    LINPHONE("Linphone", "linphonec", "-v"),
    SIPP("SIPp", "sipp", "-v"),
    KAMAILIO("Kamailio", "kamailio", "-v");

    private static final Pattern VERSION = Pattern.compile("(?:v|version:? ?|[a-zA-Z] )(\\d+(?:\\.\\d+)+)");

    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
    private final List<String> versionCommand;

    Peer(String title, String... versionCommand) {
        this.title = title;
        this.versionCommand = List.of(versionCommand);
    }

    String title() {
        return title;
    }

    /** Asks the program itself. */
    String version() {
        try {
            Process process =
                    new ProcessBuilder(versionCommand).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(said);
            return version.find() ? version.group(1) : "of an unknown version";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
