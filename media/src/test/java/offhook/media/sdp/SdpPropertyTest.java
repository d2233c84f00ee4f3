package offhook.media.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SdpPropertyTest {
    private static final int DESCRIPTIONS = 1_000;
    private static final int MUTANTS = 2_000;

    @Test
    void whatIsPrintedIsReadBackEqual() {
        for (int seed = 1; seed <= DESCRIPTIONS; seed++) {
            SessionDescription description = new Generator(new Random(seed)).description();
            assertEquals(description, SessionDescription.parse(description.print()), "seed " + seed);
        }
    }

    @Test
    void damagedDescriptionIsReadOrRefusedAndNothingElse() {
        List<Path> files = SdpFiles.in("captured", "phones", "rfc8866", "lenient");
        int read = 0;
        for (int seed = 1; seed <= MUTANTS; seed++) {
            Random random = new Random(seed);
            String text = damage(SdpFiles.read(files.get(random.nextInt(files.size()))), random);
            try {
                SessionDescription description = SessionDescription.parse(text);
                useAll(description);
                assertEquals(description, SessionDescription.parse(description.print()), "seed " + seed);
                read++;
            } catch (SdpException refused) {
                // One of the two things that may happen.
            } catch (RuntimeException wrong) {
                throw new AssertionError("seed " + seed + "\n" + text, wrong);
            }
        }
        // Were nearly all refused, little beyond the first lines would be exercised.
        assertEquals(true, read > MUTANTS / 4, read + " of " + MUTANTS + " were read");
    }

    private static void useAll(SessionDescription description) {
        description.groups("BUNDLE");
        for (MediaDescription media : description.media()) {
            description.connection(media).ifPresent(Connection::literal);
            description.direction(media);
            media.candidates().forEach(Candidate::print);
            media.rtcp();
            media.setup();
            media.ptimeMillis();
            media.rtpMaps().values().forEach(RtpMap::print);
            for (int payloadType : media.payloadTypes()) {
                media.fmtp(payloadType);
            }
        }
    }

    /** One to four wounds: characters changed, lines lost, doubled, swapped or cut off. */
    private static String damage(String text, Random random) {
        for (int wounds = 1 + random.nextInt(4); wounds > 0; wounds--) {
            List<String> lines = new ArrayList<>(List.of(text.split("\n")));
            int at = random.nextInt(lines.size());
            String line = lines.get(at);
            int column = line.isEmpty() ? 0 : random.nextInt(line.length());
            switch (random.nextInt(7)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, line);
                case 2 -> lines.set(at, lines.set(random.nextInt(lines.size()), line));
                case 3 -> lines.set(at, line.substring(0, column));
                case 4 ->
                    lines.set(at, line.substring(0, column) + (char) random.nextInt(256) + line.substring(column));
                case 5 ->
                    lines.set(at, line.replaceFirst("\\d+", Long.toString(random.nextLong() >> random.nextInt(64))));
                default -> lines.set(at, line.replace(' ', "\t:/= \0".charAt(random.nextInt(6))));
            }
            text = String.join("\n", lines);
        }
        return text;
    }

    /** Descriptions of any shape that the records allow. */
    private record Generator(Random random) {
        SessionDescription description() {
            return new SessionDescription(
                    new Origin(word(), number(), number(), "IN", "IP4", word()),
                    text(),
                    maybe(this::connection),
                    list(4, () -> new Line("iuepbtrzky".charAt(random.nextInt(10)), text())),
                    list(5, this::attribute),
                    list(4, this::media));
        }

        private MediaDescription media() {
            return new MediaDescription(
                    word(),
                    random.nextInt(65_536),
                    1 + random.nextInt(3),
                    word(),
                    list(6, this::word),
                    list(2, this::connection),
                    list(3, () -> new Line("ibky".charAt(random.nextInt(4)), text())),
                    list(8, this::attribute));
        }

        private Attribute attribute() {
            return random.nextBoolean() ? new Attribute(word()) : new Attribute(word(), text());
        }

        private Connection connection() {
            return new Connection("IN", random.nextBoolean() ? "IP4" : "IP6", word());
        }

        private String number() {
            return Long.toString(random.nextLong() & Long.MAX_VALUE);
        }

        private String word() {
            return characters(1, "abcXYZ0189.-+_/@é");
        }

        private String text() {
            return characters(0, "abc 019:=;/,\t<>\"日");
        }

        private String characters(int least, String alphabet) {
            StringBuilder characters = new StringBuilder();
            for (int count = least + random.nextInt(12); count > 0; count--) {
                characters.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            return characters.toString();
        }

        private <T> List<T> list(int most, Supplier<T> element) {
            List<T> list = new ArrayList<>();
            for (int count = random.nextInt(most + 1); count > 0; count--) {
                list.add(element.get());
            }
            return list;
        }

        private <T> Optional<T> maybe(Supplier<T> value) {
            return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
        }
    }
}
