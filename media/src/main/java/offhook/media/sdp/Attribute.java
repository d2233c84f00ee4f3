package offhook.media.sdp;

/**
 * An {@code a=} line (RFC 8866 5.13).
 *
 * @param name not empty, without {@code :} and without blanks at its ends; compared without regard to case
 * @param value empty for a property attribute such as {@code a=sendrecv}
 */
public record Attribute(String name, String value) {
    public Attribute {
        if (name.isEmpty() || name.indexOf(':') >= 0 || !name.equals(name.strip())) {
            throw new IllegalArgumentException("not an attribute's name: '" + name + "'");
        }
        Line.check(name);
        Line.check(value);
    }

    /** A property attribute. */
    public Attribute(String name) {
        this(name, "");
    }

    boolean named(String other) {
        return name.equalsIgnoreCase(other);
    }

    /** What {@code a=crypto} says must reach no log. */
    @Override
    public String toString() {
        String shown = named(Crypto.ATTRIBUTE) ? "(not shown)" : value;
        return "Attribute[name=" + name + ", value=" + shown + "]";
    }

    void printTo(StringBuilder sdp) {
        sdp.append("a=").append(name);
        if (!value.isEmpty()) {
            sdp.append(':').append(value);
        }
        sdp.append(Line.END);
    }
}
