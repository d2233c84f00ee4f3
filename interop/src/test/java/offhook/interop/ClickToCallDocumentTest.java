package offhook.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.interop.peer.Lab;
import offhook.interop.peer.Program;
import offhook.interop.peer.RealPeers;
import offhook.interop.peer.Shop;
import offhook.interop.peer.TokenClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The few lines by which a site's backend makes a call token, run as {@code docs/click-to-call.md} has them. */
@Tag("real")
@ExtendWith(RealPeers.class)
final class ClickToCallDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "click-to-call.md");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** One of the line's, where no phone is. */
    private static final String NOBODY = "1002";

    /** A language, its name behind the document's backquotes, and what turns the lines into a program that tells the token. */
    enum Language {
        NODE("js", "token.cjs", "const secret = '%s';\n%sconsole.log(token)", "node"),
        PYTHON("python", "token.py", "secret = '%s'\n%sprint(token)", "python3"),
        PHP("php", "token.php", "<?php $secret = '%s';\n%secho $token, \"\\n\";", "php"),
        JAVA(
                "java",
                "Token.java",
                "void main() throws Exception {\nString secret = \"%s\";\n%sIO.println(token);\n}",
                Path.of(System.getProperty("java.home"), "bin", "java").toString());

        private final String word;
        private final String file;
        private final String program;
        private final String command;

        Language(String word, String file, String program, String command) {
            this.word = word;
            this.file = file;
            this.program = program;
            this.command = command;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBackendMakesTokensAsTheDocumentSays(Language language, Shop shop, Lab lab) throws IOException {
        Matcher lines =
                Pattern.compile("(?s)```" + language.word + "\n(.*?)```").matcher(Files.readString(DOCUMENT));
        assertTrue(lines.find(), () -> "the document has nothing in " + language.word);
        String own = lines.group(1)
                .replace("sales", "shop")
                .replace("k1", "hs")
                .replace("+4930123456", NOBODY)
                .replace("https://shop.example", shop.origin());
        Files.writeString(lab.folder().resolve(language.file), language.program.formatted(Shop.SECRET, own));
        Program backend = lab.keep(
                Program.start(language.word, lab.folder(), Map.of(), List.of(language.command, language.file)));
        String token =
                backend.awaitLine("^[\\w-]+\\.[\\w-]+\\.[\\w-]+$", PATIENCE).group();

        assertEquals("unavailable", lab.keep(TokenClient.connect(shop, token)).answer());
    }
}
