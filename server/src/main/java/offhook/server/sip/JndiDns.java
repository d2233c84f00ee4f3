package offhook.server.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import javax.naming.Context;
import javax.naming.InvalidNameException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/**
 * Name servers by the JDK's own client. It tells no time to live, so whoever remembers its answers has to choose one. Any
 * thread.
 */
final class JndiDns implements Dns {
    /** Records of one answer that are looked at. */
    static final int MAX_RECORDS = 32;

    /** For the first try; the second has twice as long. */
    private static final String FIRST_TRY_MILLIS = "1000";

    private static final String TRIES = "2";

    private final String url;
    private final boolean system;

    /** @param server {@code host:port} of a name server to ask instead of the system's; empty for those */
    JndiDns(String server) {
        system = server.isEmpty();
        url = system ? "dns:" : "dns://" + server;
    }

    @Override
    public List<Srv> srv(String name) throws IOException {
        return records(name, "SRV").stream()
                .flatMap(record -> srvOf(record).stream())
                .toList();
    }

    @Override
    public List<Naptr> naptr(String name) throws IOException {
        return records(name, "NAPTR").stream()
                .flatMap(record -> naptrOf(record).stream())
                .toList();
    }

    @Override
    public List<InetAddress> addresses(String name) throws IOException {
        if (system) {
            try {
                // Of this machine's list of hosts, too, which DNS knows nothing of.
                return List.of(InetAddress.getAllByName(name));
            } catch (UnknownHostException e) {
                return List.of();
            }
        }
        List<InetAddress> found = new ArrayList<>();
        for (String type : List.of("A", "AAAA")) {
            for (String literal : records(name, type)) {
                found.add(InetAddress.ofLiteral(literal));
            }
        }
        return found;
    }

    /**
     * The DNS provider and no other is asked, and its answers are texts: nothing is deserialized, which JNDI is banned for
     * elsewhere. It takes its settings in a Hashtable.
     */
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})
    private List<String> records(String name, String type) throws IOException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, url);
        environment.put("com.sun.jndi.dns.timeout.initial", FIRST_TRY_MILLIS);
        environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
        List<String> records = new ArrayList<>();
        try {
            InitialDirContext context = new InitialDirContext(environment);
            try {
                // The closing dot keeps the system's search list away: these names are whole.
                Attribute all =
                        context.getAttributes(name + ".", new String[] {type}).get(type);
                if (all != null) {
                    NamingEnumeration<?> values = all.getAll();
                    while (values.hasMore() && records.size() < MAX_RECORDS) {
                        records.add(values.next().toString());
                    }
                }
            } finally {
                context.close();
            }
        } catch (NameNotFoundException | InvalidNameException e) {
            return List.of();
        } catch (NamingException e) {
            throw new IOException("the name server does not answer (" + e.getMessage() + ")", e);
        }
        return records;
    }

    private static Optional<Srv> srvOf(String record) {
        String[] parts = record.split(" ", -1);
        try {
            return parts.length != 4
                    ? Optional.empty()
                    : Optional.of(new Srv(number(parts[0]), number(parts[1]), number(parts[2]), name(parts[3])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** One with a regular expression has no replacement; SIP has no use for it (RFC 3263 section 4.1). */
    private static Optional<Naptr> naptrOf(String record) {
        String[] parts = Arrays.stream(record.split(" ", -1))
                .map(part -> part.equals("\"\"") ? "" : part)
                .toArray(String[]::new);
        try {
            return parts.length != 6 || !parts[4].isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Naptr(number(parts[0]), number(parts[1]), parts[2], parts[3], name(parts[5])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int number(String text) {
        int number = Integer.parseInt(text);
        if (number < 0 || number > 65_535) {
            throw new NumberFormatException(text);
        }
        return number;
    }

    private static String name(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }
}
