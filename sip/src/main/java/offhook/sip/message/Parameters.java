package offhook.sip.message;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a header or a URI in their order. Names do not depend on case. */
public record Parameters(List<Parameter> list) implements Iterable<Parameter> {
    public static final Parameters NONE = new Parameters(List.of());

    /** The most parameters of one header or URI. */
    public static final int MAX_PARAMETERS = 100;

    public Parameters {
        if (list.size() > MAX_PARAMETERS) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "more than " + MAX_PARAMETERS + " parameters");
        }
        list = List.copyOf(list);
    }

    public boolean has(String name) {
        return find(name) != null;
    }

    /** The value as written; empty for a parameter that is missing or only a name ({@link #has} tells which). */
    public String value(String name) {
        Parameter parameter = find(name);
        return parameter == null || parameter.value() == null ? "" : parameter.value();
    }

    /** The value without the quotes and escapes of a quoted string; empty as in {@link #value}. */
    public String unquoted(String name) {
        return TextReader.unquote(value(name));
    }

    /** A copy in which {@code name} has this value, in its old place or else at the end. */
    public Parameters with(String name, String value) {
        return withParameter(new Parameter(name, value));
    }

    /** A copy that has {@code name} as a parameter without a value. */
    public Parameters withFlag(String name) {
        return withParameter(new Parameter(name, null));
    }

    public Parameters without(String name) {
        return new Parameters(
                list.stream().filter(p -> !p.name().equalsIgnoreCase(name)).toList());
    }

    private Parameters withParameter(Parameter parameter) {
        List<Parameter> copy = new ArrayList<>(list.size() + 1);
        boolean placed = false;
        for (Parameter old : list) {
            if (!old.name().equalsIgnoreCase(parameter.name())) {
                copy.add(old);
            } else if (!placed) {
                copy.add(parameter);
                placed = true;
            }
        }
        if (!placed) {
            copy.add(parameter);
        }
        return new Parameters(copy);
    }

    private @Nullable Parameter find(String name) {
        for (Parameter parameter : list) {
            if (parameter.name().equalsIgnoreCase(name)) {
                return parameter;
            }
        }
        return null;
    }

    @Override
    public Iterator<Parameter> iterator() {
        return list.iterator();
    }

    /** {@code ;a=1;b}, or nothing. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Parameter parameter : list) {
            text.append(';').append(parameter);
        }
        return text.toString();
    }
}
