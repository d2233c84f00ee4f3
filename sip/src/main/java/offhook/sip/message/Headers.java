package offhook.sip.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The header fields of a message in their order (RFC 3261 7.3). Immutable: what changes it gives a copy.
 *
 * <p>Names do not depend on case and may be given compact; they are kept and printed in their long, usual spelling.
 * Via, Route, Record-Route, Contact, Path and Service-Route are kept one element to a field, whether they came as a
 * comma list or line by line. Values of fields that have a view of their own here are checked when they are put in, so
 * a view never meets a malformed one. Content-Length is not kept: printing computes it.
 */
public final class Headers {
    /** No fields at all: where building begins. */
    public static final Headers NONE = new Headers(List.of());

    /** The largest number of seconds of Expires and its like (20.19); larger ones are read as this. */
    public static final long MAX_SECONDS = 0xffff_ffffL;

    /** Malformed expiry values count as an hour (10.2.1.1). */
    public static final long DEFAULT_EXPIRES_SECONDS = 3600;

    /** One line: a canonical name and a value without line breaks. */
    public record Field(String name, String value) {
        public Field {
            name = HeaderName.canonical(name);
            value = TextReader.trim(value);
            if (!Grammar.isToken(name)) {
                throw new SipSyntaxException(SipStatus.BAD_REQUEST, "a header's name is not a word");
            }
            Text.checkLine(name, value);
            checkValue(name, value);
        }

        @Override
        public String toString() {
            return name + ": " + value;
        }
    }

    private final List<Field> fields;

    private Headers(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    static Headers ofFields(List<Field> fields) {
        return new Headers(fields);
    }

    public List<Field> fields() {
        return fields;
    }

    public boolean has(String name) {
        return first(name).isPresent();
    }

    /** The first value: of a field that is a comma list and is not split here, the whole line. */
    public Optional<String> first(String name) {
        String canonical = HeaderName.canonical(name);
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(canonical)) {
                return Optional.of(field.value());
            }
        }
        return Optional.empty();
    }

    /** All values in their order, the elements of comma lists one by one. */
    public List<String> all(String name) {
        String canonical = HeaderName.canonical(name);
        boolean list = HeaderName.isList(canonical);
        List<String> values = new ArrayList<>();
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(canonical)) {
                if (list) {
                    values.addAll(TextReader.split(field.value()));
                } else {
                    values.add(field.value());
                }
            }
        }
        return values;
    }

    /** Whether a comma list such as Supported or Allow has this element; case does not count. */
    public boolean lists(String name, String element) {
        return all(name).stream().anyMatch(element::equalsIgnoreCase);
    }

    /** A copy with this as the only field of its name, in the place of the first one, or at the end. */
    public Headers with(String name, String value) {
        List<Field> replacement = fieldsOf(name, value);
        List<Field> copy = new ArrayList<>(fields.size() + replacement.size());
        boolean placed = false;
        for (Field field : fields) {
            if (!field.name().equalsIgnoreCase(HeaderName.canonical(name))) {
                copy.add(field);
            } else if (!placed) {
                copy.addAll(replacement);
                placed = true;
            }
        }
        if (!placed) {
            copy.addAll(replacement);
        }
        return new Headers(copy);
    }

    /** As {@link #with(String, String)}: header values such as {@link NameAddress} print themselves. */
    public Headers with(String name, Object value) {
        return with(name, value.toString());
    }

    /** A copy with one more field at the end. */
    public Headers append(String name, String value) {
        List<Field> copy = new ArrayList<>(fields);
        copy.addAll(fieldsOf(name, value));
        return new Headers(copy);
    }

    /** As {@link #append(String, String)}. */
    public Headers append(String name, Object value) {
        return append(name, value.toString());
    }

    /** A copy with one more field before the first of its name, or before all when there is none. */
    public Headers prepend(String name, String value) {
        String canonical = HeaderName.canonical(name);
        int index = 0;
        while (index < fields.size() && !fields.get(index).name().equalsIgnoreCase(canonical)) {
            index++;
        }
        List<Field> copy = new ArrayList<>(fields);
        copy.addAll(index == fields.size() ? 0 : index, fieldsOf(name, value));
        return new Headers(copy);
    }

    /** As {@link #prepend(String, String)}. */
    public Headers prepend(String name, Object value) {
        return prepend(name, value.toString());
    }

    /** A copy without the fields of this name. */
    public Headers without(String name) {
        String canonical = HeaderName.canonical(name);
        return new Headers(fields.stream()
                .filter(f -> !f.name().equalsIgnoreCase(canonical))
                .toList());
    }

    /** A copy without the first field of this name: a proxy takes its Via off so. */
    public Headers withoutFirst(String name) {
        String canonical = HeaderName.canonical(name);
        List<Field> copy = new ArrayList<>(fields);
        for (int i = 0; i < copy.size(); i++) {
            if (copy.get(i).name().equalsIgnoreCase(canonical)) {
                copy.remove(i);
                break;
            }
        }
        return new Headers(copy);
    }

    /** A copy with all the fields of this name that another message has, in place of ours. */
    public Headers withAllOf(String name, Headers other) {
        String canonical = HeaderName.canonical(name);
        List<Field> copy = new ArrayList<>(without(name).fields);
        other.fields.stream().filter(f -> f.name().equalsIgnoreCase(canonical)).forEach(copy::add);
        return new Headers(copy);
    }

    /**
     * The topmost Via.
     *
     * @throws NoSuchElementException when there is none, which no parsed message lacks
     */
    public ViaHeader via() {
        return ViaHeader.parse(required(HeaderName.VIA));
    }

    public List<ViaHeader> vias() {
        return all(HeaderName.VIA).stream().map(ViaHeader::parse).toList();
    }

    /** @throws NoSuchElementException when there is none, which no parsed message lacks */
    public NameAddress from() {
        return NameAddress.parse(required(HeaderName.FROM));
    }

    /** @throws NoSuchElementException when there is none, which no parsed message lacks */
    public NameAddress to() {
        return NameAddress.parse(required(HeaderName.TO));
    }

    /** @throws NoSuchElementException when there is none, which no parsed message lacks */
    public String callId() {
        return required(HeaderName.CALL_ID);
    }

    /** @throws NoSuchElementException when there is none, which no parsed message lacks */
    public CSeq cseq() {
        return CSeq.parse(required(HeaderName.CSEQ));
    }

    /** The contacts; {@code Contact: *} is not among them, {@link #contactIsStar} tells of it. */
    public List<NameAddress> contacts() {
        return all(HeaderName.CONTACT).stream()
                .filter(value -> !value.equals("*"))
                .map(NameAddress::parse)
                .toList();
    }

    /** Whether the contact is {@code *}: all bindings are meant (10.2.2). */
    public boolean contactIsStar() {
        return all(HeaderName.CONTACT).contains("*");
    }

    public List<NameAddress> routes() {
        return addresses(HeaderName.ROUTE);
    }

    public List<NameAddress> recordRoutes() {
        return addresses(HeaderName.RECORD_ROUTE);
    }

    /** All values of any header whose elements are addresses, such as Path or P-Asserted-Identity. */
    public List<NameAddress> addresses(String name) {
        return all(name).stream().map(NameAddress::parse).toList();
    }

    /** 0 to 255. */
    public OptionalInt maxForwards() {
        Optional<String> value = first(HeaderName.MAX_FORWARDS);
        return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(readMaxForwards(value.get()));
    }

    /** The media type in lower case without parameters, such as {@code application/sdp}. */
    public Optional<String> contentType() {
        return first(HeaderName.CONTENT_TYPE).map(Headers::mediaType);
    }

    /** Seconds, 0 to {@link #MAX_SECONDS}. */
    public OptionalLong expires() {
        return seconds(HeaderName.EXPIRES);
    }

    /** Seconds, 0 to {@link #MAX_SECONDS}; in 423. */
    public OptionalLong minExpires() {
        return seconds(HeaderName.MIN_EXPIRES);
    }

    /** Seconds, 0 to {@link #MAX_SECONDS}. */
    public OptionalLong retryAfter() {
        return seconds(HeaderName.RETRY_AFTER);
    }

    /** The number of a reliable provisional response (RFC 3262 section 7.1); empty when there is none, or none that is one. */
    public OptionalLong rseq() {
        Optional<String> value = first(HeaderName.RSEQ);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        TextReader reader = new TextReader(HeaderName.RSEQ, value.get());
        try {
            long number = reader.number(MAX_SECONDS);
            reader.expectEnd();
            return OptionalLong.of(number);
        } catch (SipSyntaxException malformed) {
            return OptionalLong.empty();
        }
    }

    /** Seconds, 0 to {@link #MAX_SECONDS}; in requests and in 422 (RFC 4028 section 5). */
    public OptionalLong minSe() {
        return seconds(HeaderName.MIN_SE);
    }

    /** Empty when there is none, or none that can be understood. */
    public Optional<SessionExpires> sessionExpires() {
        return first(HeaderName.SESSION_EXPIRES).flatMap(SessionExpires::parse);
    }

    /** The word and parameters of a header such as Event; empty when there is none, or none that can be understood. */
    public Optional<Parameterized> parameterized(String name) {
        return first(name).flatMap(Parameterized::parse);
    }

    /**
     * Who the telephone system says is at the other end: the first of P-Asserted-Identity that is a SIP or tel URI (RFC
     * 3325 section 9.1). To be believed only from a telephone system that is trusted.
     */
    public Optional<NameAddress> assertedIdentity() {
        for (String value : all(HeaderName.P_ASSERTED_IDENTITY)) {
            try {
                NameAddress identity = NameAddress.parse(value);
                if (identity.uri().isSip() || identity.uri().scheme().equals("tel")) {
                    return Optional.of(identity);
                }
            } catch (SipSyntaxException malformed) {
                // Nobody's name is worth losing a call over.
            }
        }
        return Optional.empty();
    }

    private OptionalLong seconds(String name) {
        Optional<String> value = first(name);
        return value.isEmpty() ? OptionalLong.empty() : OptionalLong.of(readSeconds(value.get()));
    }

    /** The seconds that a value such as Expires or a contact's {@code expires} begins with, made fit to use. */
    public static long readSeconds(String text) {
        long seconds = 0;
        int digits = 0;
        while (digits < text.length() && Grammar.isDigit(text.charAt(digits))) {
            seconds = Math.min(MAX_SECONDS, seconds * 10 + (text.charAt(digits) - '0'));
            digits++;
        }
        boolean well = digits > 0 && (digits == text.length() || " \t;(".indexOf(text.charAt(digits)) >= 0);
        return well ? seconds : DEFAULT_EXPIRES_SECONDS;
    }

    private String required(String name) {
        return first(name).orElseThrow(() -> new NoSuchElementException("the message has no " + name + " header"));
    }

    /** The fields that one line makes: several when it is a list of hops or contacts. */
    static List<Field> fieldsOf(String name, String value) {
        String canonical = HeaderName.canonical(name);
        if (canonical.equals(HeaderName.CONTENT_LENGTH)) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "Content-Length: it is computed, not set");
        }
        if (!HeaderName.splitsIntoFields(canonical)) {
            return List.of(new Field(canonical, value));
        }
        List<String> elements = TextReader.split(value);
        if (elements.isEmpty()) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, canonical + ": empty");
        }
        return elements.stream().map(element -> new Field(canonical, element)).toList();
    }

    private static void checkValue(String name, String value) {
        switch (name) {
            case HeaderName.VIA -> ViaHeader.parse(value);
            case HeaderName.FROM,
                    HeaderName.TO,
                    HeaderName.ROUTE,
                    HeaderName.RECORD_ROUTE,
                    HeaderName.PATH,
                    HeaderName.SERVICE_ROUTE -> NameAddress.parse(name, value);
            case HeaderName.CONTACT -> {
                if (!value.equals("*")) {
                    NameAddress.parse(name, value);
                }
            }
            case HeaderName.CSEQ -> CSeq.parse(value);
            case HeaderName.CALL_ID -> checkCallId(value);
            case HeaderName.MAX_FORWARDS -> readMaxForwards(value);
            case HeaderName.CONTENT_TYPE -> mediaType(value);
            default -> {
                // Any text will do.
            }
        }
    }

    private static void checkCallId(String value) {
        if (value.isEmpty() || !value.chars().allMatch(c -> Grammar.isVisible((char) c))) {
            throw new SipSyntaxException(SipStatus.BAD_REQUEST, "Call-ID: empty, or not one word");
        }
    }

    private static int readMaxForwards(String value) {
        TextReader reader = new TextReader(HeaderName.MAX_FORWARDS, value);
        int number = (int) reader.number(255);
        reader.expectEnd();
        return number;
    }

    private static String mediaType(String value) {
        TextReader reader = new TextReader(HeaderName.CONTENT_TYPE, value);
        String type = reader.token();
        reader.skipSpace();
        reader.expect('/');
        reader.skipSpace();
        String subtype = reader.token();
        reader.skipSpace();
        if (!reader.atEnd() && reader.peek() != ';') {
            throw reader.fail("unexpected text behind the type");
        }
        return (type + "/" + subtype).toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers headers && fields.equals(headers.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The lines as printed, without Content-Length and the empty line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Field field : fields) {
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return text.toString();
    }
}
