package offhook.server.sip;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import offhook.sip.message.SipSyntaxException;
import offhook.sip.message.SipUri;
import org.jspecify.annotations.Nullable;

/**
 * Whom a certificate is made out to, as SIP reads it (RFC 5922 section 7.1): the SIP domains, host names and addresses
 * among its alternative names; its common name only where it has none of these.
 *
 * <p>Bent: {@code *.example} counts for one label, as on the web, because many a PBX has such a certificate (RFC 5922
 * section 7.2 would not have it).
 */
final class CertificateNames {
    private static final int URI = 6;
    private static final int DNS = 2;
    private static final int IP_ADDRESS = 7;

    private final List<String> names = new ArrayList<>();

    CertificateNames(X509Certificate certificate) {
        Collection<List<?>> alternatives;
        try {
            alternatives = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            alternatives = List.of();
        }
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                add((Integer) alternative.get(0), String.valueOf(alternative.get(1)));
            }
        }
        if (names.isEmpty()) {
            addCommonName(certificate.getSubjectX500Principal().getName());
        }
    }

    private void add(int kind, String value) {
        if (kind == URI) {
            addSipDomain(value);
        } else if (kind == DNS || kind == IP_ADDRESS) {
            names.add(value.toLowerCase(Locale.ROOT));
        }
    }

    /** A URI with a user is no domain's. */
    private void addSipDomain(String uri) {
        try {
            SipUri parsed = SipUri.parse(uri);
            if (parsed.isSip() && parsed.escapedUser().isEmpty()) {
                names.add(parsed.bareHost().toLowerCase(Locale.ROOT));
            }
        } catch (SipSyntaxException ofAnotherKind) {
            // says nothing about SIP
        }
    }

    private void addCommonName(String subject) {
        try {
            for (Rdn rdn : new LdapName(subject).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    names.add(String.valueOf(rdn.getValue()).toLowerCase(Locale.ROOT));
                }
            }
        } catch (InvalidNameException none) {
            // made out to nobody
        }
    }

    /** @param domain a host name or an address, an IPv6 one without brackets */
    boolean include(String domain) {
        String wanted = domain.toLowerCase(Locale.ROOT);
        InetAddress address = literal(wanted);
        return names.stream().anyMatch(name -> address == null ? matches(name, wanted) : address.equals(literal(name)));
    }

    private static boolean matches(String name, String wanted) {
        if (!name.startsWith("*.")) {
            return name.equals(wanted);
        }
        int dot = wanted.indexOf('.');
        return dot > 0 && wanted.substring(dot).equals(name.substring(1));
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException aName) {
            return null;
        }
    }

    /** For people. */
    @Override
    public String toString() {
        return names.isEmpty() ? "nobody" : String.join(", ", names);
    }
}
