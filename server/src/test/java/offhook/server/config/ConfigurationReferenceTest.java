package offhook.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page about the settings says what the records say. */
class ConfigurationReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final String BEGIN = "<!-- The table is checked against the code. -->\n";

    @Test
    void everyKeyIsDocumentedAsItIs() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        assertEquals(reference(), page.substring(begin), "put this behind the mark in docs/configuration.md");
    }

    private static String reference() {
        StringBuilder text = new StringBuilder();
        for (RecordComponent section : Configuration.class.getRecordComponents()) {
            text.append("\n## ").append(section.getName()).append("\n\n");
            text.append("| key | variable | default | meaning |\n|---|---|---|---|\n");
            Class<?> named = Binder.named(section);
            if (named == null) {
                append(text, section.getName(), section.getType());
            } else {
                append(text, section.getName() + ".NAME", named);
            }
        }
        return text.toString();
    }

    private static String words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(word -> "`" + word.toString().toLowerCase(Locale.ROOT) + "`")
                .collect(Collectors.joining(", "));
    }

    private static void append(StringBuilder text, String path, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = path + "." + component.getName();
            if (component.getType().isRecord()) {
                append(text, key, component.getType());
                continue;
            }
            Setting setting = component.getAnnotation(Setting.class);
            text.append("| `%s` | `%s` | %s | %s%s |\n"
                    .formatted(
                            key,
                            Binder.variable(key),
                            setting.standard().isEmpty() ? "" : "`" + setting.standard() + "`",
                            setting.value(),
                            allowed(component, setting)));
        }
    }

    private static String allowed(RecordComponent component, Setting setting) {
        Class<?> type = component.getType();
        if (type == int.class) {
            return setting.max() == Integer.MAX_VALUE
                    ? " From " + setting.min() + " on."
                    : " " + setting.min() + " to " + setting.max() + ".";
        }
        if (type.isEnum()) {
            return " One of " + words(type) + ".";
        }
        if (type == boolean.class) {
            return " `true` or `false`.";
        }
        if (type == Map.class) {
            Type value = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[1];
            return value instanceof Class<?> choice && choice.isEnum()
                    ? " Names with one of " + words(choice) + " each."
                    : " Names with one value each.";
        }
        return type == List.class ? " A list." : "";
    }
}
