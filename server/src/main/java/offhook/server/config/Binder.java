package offhook.server.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts a YAML tree and the environment onto the records of {@link Configuration}, and says what does not fit. */
final class Binder {
    private static final String PREFIX = "OFFHOOK_";

    private final String file;
    private final Map<String, String> environment;
    private final List<String> problems;

    /** Variables that would set something. */
    private final Set<String> variables = new HashSet<>();

    Binder(String file, Map<String, String> environment, List<String> problems) {
        this.file = file;
        this.environment = environment;
        this.problems = problems;
    }

    Configuration bind(YamlNode tree) {
        Configuration bound = record(Configuration.class, "", tree);
        for (String name : new TreeSet<>(environment.keySet())) {
            if (namesASetting(name) && !variables.contains(name)) {
                problems.add("the environment variable " + name + " sets nothing" + nearest(name, variables));
            }
        }
        return bound;
    }

    /** Every key there is, in order; {@code NAME} stands for what the operator names himself. */
    static List<String> keys() {
        List<String> keys = new ArrayList<>();
        addKeys(Configuration.class, "", keys);
        return keys;
    }

    private static void addKeys(Class<?> type, String path, List<String> keys) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = path(path, component.getName());
            Class<?> named = named(component);
            if (component.getType().isRecord()) {
                addKeys(component.getType(), key, keys);
            } else if (named != null) {
                addKeys(named, key + ".NAME", keys);
            } else {
                keys.add(key);
            }
        }
    }

    /** The record of a map of records, whose names are the operator's; null for any other component. */
    static @Nullable Class<?> named(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType map
                        && component.getType() == Map.class
                        && map.getActualTypeArguments()[1] instanceof Class<?> item
                        && item.isRecord()
                ? item
                : null;
    }

    /** The environment variable of a key: {@code OFFHOOK_MEDIA_RTP_PORT_MIN} for {@code media.rtpPortMin}. */
    static String variable(String key) {
        return PREFIX
                + key.replace('.', '_')
                        .replace('-', '_')
                        .replaceAll("([a-z])([A-Z])", "$1_$2")
                        .toUpperCase(Locale.ROOT);
    }

    /** Variables of other sections may be somebody else's; those of ours are typing mistakes. */
    private static boolean namesASetting(String name) {
        return Arrays.stream(Configuration.class.getRecordComponents())
                .anyMatch(section -> name.startsWith(variable(section.getName()) + "_"));
    }

    private <T> T record(Class<T> type, String path, YamlNode node) {
        Map<String, YamlNode.Entry> entries = Map.of();
        if (node instanceof YamlNode.Mapping mapping) {
            entries = mapping.entries();
        } else if (!isNothing(node)) {
            problems.add(at(node.line()) + (path.isEmpty() ? "the file" : path)
                    + " must hold settings, each on a line of its own");
        }
        RecordComponent[] components = type.getRecordComponents();
        Set<String> names =
                Arrays.stream(components).map(RecordComponent::getName).collect(Collectors.toSet());
        entries.forEach((name, entry) -> {
            if (!names.contains(name)) {
                Set<String> known =
                        new HashSet<>(names.stream().map(own -> path(path, own)).toList());
                if (!path.isEmpty()) {
                    known.addAll(keys());
                }
                problems.add(
                        at(entry.line()) + path(path, name) + " is not a setting" + nearest(path(path, name), known));
            }
        });
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String key = path(path, component.getName());
            YamlNode.Entry entry = entries.get(component.getName());
            YamlNode set = entry == null ? YamlNode.EMPTY : entry.value();
            Class<?> named = named(component);
            if (component.getType().isRecord()) {
                values[i] = record(component.getType(), key, set);
            } else if (named != null) {
                values[i] = records(named, key, set);
            } else {
                values[i] = value(component, key, entry == null ? null : set);
            }
        }
        return instance(type, components, values);
    }

    /** By the names in the file: the environment can set what they hold, but name no further ones. */
    private Map<String, Object> records(Class<?> type, String path, YamlNode node) {
        Map<String, Object> records = new LinkedHashMap<>();
        if (node instanceof YamlNode.Mapping mapping) {
            mapping.entries()
                    .forEach((name, entry) -> records.put(name, record(type, path(path, name), entry.value())));
        } else if (!isNothing(node)) {
            problems.add(at(node.line()) + path + " must hold names, each with its settings below it");
        }
        return Collections.unmodifiableMap(records);
    }

    private static <T> T instance(Class<T> type, RecordComponent[] components, Object[] values) {
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " is not a plain record", e);
        }
    }

    /** The value of a key: from the environment, else from the file, else the default. */
    private Object value(RecordComponent component, String key, @Nullable YamlNode node) {
        Setting setting = Objects.requireNonNull(component.getAnnotation(Setting.class), key);
        String variable = variable(key);
        variables.add(variable);
        Source standard = new Source("", setting.standard(), null);
        String fromEnvironment = environment.get(variable);
        Source source = fromEnvironment != null
                ? new Source("the environment variable " + variable, fromEnvironment, null)
                : node == null || isNothing(node) ? standard : new Source(at(node.line()) + key, "", node);
        try {
            return convert(component, setting, source);
        } catch (Unusable e) {
            problems.add(source.name + " must be " + e.wanted + e.given);
            return convert(component, setting, standard);
        }
    }

    private static Object convert(RecordComponent component, Setting setting, Source source) {
        Class<?> type = component.getType();
        if (type == int.class) {
            return number(source.single("a whole number"), setting);
        }
        if (type == boolean.class) {
            return switch (source.single("true or false")) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new Unusable("true or false", source.single(""));
            };
        }
        if (type == String.class) {
            return source.single("one value");
        }
        if (type.isEnum()) {
            return constant(type, source.single("one of " + words(type)));
        }
        if (type == List.class) {
            Type item = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
            return source.several().stream()
                    .map(text ->
                            item instanceof Class<?> choice && choice.isEnum() ? constant(choice, text) : (Object) text)
                    .toList();
        }
        if (type == Map.class) {
            Type item = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[1];
            Map<String, String> pairs = source.pairs();
            return item instanceof Class<?> choice && choice.isEnum() ? constants(choice, pairs) : pairs;
        }
        throw new IllegalStateException("no way to read a " + type);
    }

    private static int number(String text, Setting setting) {
        String wanted = setting.max() == Integer.MAX_VALUE
                ? "a whole number from " + setting.min() + " on"
                : "a whole number from " + setting.min() + " to " + setting.max();
        try {
            int number = Integer.parseInt(text.replace("_", ""));
            if (number < setting.min() || number > setting.max()) {
                throw new Unusable(wanted, text);
            }
            return number;
        } catch (NumberFormatException e) {
            throw new Unusable(wanted, text);
        }
    }

    private static Object constant(Class<?> type, String text) {
        for (Object constant : type.getEnumConstants()) {
            if (constant.toString().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new Unusable("one of " + words(type), text);
    }

    private static Map<String, Object> constants(Class<?> type, Map<String, String> pairs) {
        Map<String, Object> constants = new LinkedHashMap<>();
        pairs.forEach((name, text) -> constants.put(name, constant(type, text)));
        return Map.copyOf(constants);
    }

    private static String words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static boolean isNothing(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && scalar.text().isEmpty();
    }

    private static String path(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private String at(int line) {
        return file + " line " + line + ": ";
    }

    /** "; did you mean web.port?" where one name is close enough to be meant. */
    private static String nearest(String name, Set<String> known) {
        String best = "";
        int least = Math.max(2, name.length() / 3) + 1;
        for (String candidate : new TreeSet<>(known)) {
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best.isEmpty() ? "" : "; did you mean " + best + "?";
    }

    /** Levenshtein's distance: insertions, deletions and replacements from one word to the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }

    /** Where a value comes from; {@code node} is null for the environment and the defaults, which are one line of text. */
    private record Source(
            String name, String text, @Nullable YamlNode node) {
        String single(String wanted) {
            return node == null ? text : scalar(node, wanted);
        }

        List<String> several() {
            if (node instanceof YamlNode.Sequence sequence) {
                return sequence.items().stream()
                        .map(item -> scalar(item, "a list of single values"))
                        .toList();
            }
            return commaSeparated(node == null ? text : scalar(node, "a list"));
        }

        Map<String, String> pairs() {
            Map<String, String> pairs = new LinkedHashMap<>();
            if (node instanceof YamlNode.Mapping mapping) {
                mapping.entries()
                        .forEach((key, entry) -> pairs.put(key, scalar(entry.value(), "names with one value each")));
                return Map.copyOf(pairs);
            }
            if (node != null) {
                throw new Unusable("names with one value each, like \"1000: secret\"");
            }
            for (String pair : commaSeparated(text)) {
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw new Unusable("pairs like 1000=secret,1001=secret");
                }
                pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
            return Map.copyOf(pairs);
        }

        private static List<String> commaSeparated(String text) {
            return Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(item -> !item.isEmpty())
                    .toList();
        }

        private static String scalar(YamlNode node, String wanted) {
            if (node instanceof YamlNode.Scalar scalar) {
                return scalar.text();
            }
            throw new Unusable(wanted);
        }
    }

    /** A value that does not fit; never leaves this class. */
    private static final class Unusable extends RuntimeException {
        private final String wanted;
        private final String given;

        /** For what may be a secret: the value is not repeated. */
        Unusable(String wanted) {
            super(wanted);
            this.wanted = wanted;
            given = "";
        }

        Unusable(String wanted, String given) {
            super(wanted);
            this.wanted = wanted;
            this.given = ", not \"" + given + "\"";
        }
    }
}
