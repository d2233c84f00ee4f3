package offhook.server.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML document that still knows where each thing stood. */
sealed interface YamlNode {
    YamlNode EMPTY = new Mapping(Map.of(), 0);

    /** Where it stands, from 1. */
    int line();

    /** A word, number or sentence; empty where the file says nothing behind the colon. */
    record Scalar(String text, int line) implements YamlNode {}

    record Sequence(List<YamlNode> items, int line) implements YamlNode {}

    record Mapping(Map<String, Entry> entries, int line) implements YamlNode {}

    /** @param line where the key stands */
    record Entry(YamlNode value, int line) {}

    /** Reads a file; what keeps it from being read is put among the problems. */
    static YamlNode read(Path file, List<String> problems) {
        try (JsonParser parser = new YAMLFactory().createParser(Files.newInputStream(file))) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return EMPTY;
            }
            return new Reader(parser, file, problems).node();
        } catch (JsonProcessingException e) {
            problems.add(file + " line " + e.getLocation().getLineNr() + ": this is not YAML ("
                    + firstLine(e.getOriginalMessage()) + ")");
        } catch (NoSuchFileException e) {
            problems.add(file + ": there is no such file");
        } catch (IOException e) {
            problems.add(file + ": cannot be read (" + e + ")");
        }
        return EMPTY;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    /** Walks the parser's tokens. */
    record Reader(JsonParser parser, Path file, List<String> problems) {
        YamlNode node() throws IOException {
            int line = parser.currentTokenLocation().getLineNr();
            return switch (parser.currentToken()) {
                case START_OBJECT -> mapping(line);
                case START_ARRAY -> sequence(line);
                case VALUE_NULL -> new Scalar("", line);
                default -> new Scalar(parser.getText(), line);
            };
        }

        private YamlNode mapping(int line) throws IOException {
            Map<String, Entry> entries = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                int keyLine = parser.currentTokenLocation().getLineNr();
                parser.nextToken();
                if (entries.put(key, new Entry(node(), keyLine)) != null) {
                    problems.add(file + " line " + keyLine + ": " + key + " is set twice");
                }
            }
            return new Mapping(entries, line);
        }

        private YamlNode sequence(int line) throws IOException {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node());
            }
            return new Sequence(items, line);
        }
    }
}
