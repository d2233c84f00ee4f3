package offhook.interop.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A web site that has its visitors call: pages of an origin of its own, a backend that makes call tokens with the JDK
 * alone, and a server of ours with a line for it. Pages and tokens may be asked for from any thread.
 */
public final class Shop implements AutoCloseable {
    /** No limit that a test of something else meets. */
    public static final String UNLIMITED = "callsPerAddressPerMinute: 10000, callsPerAddress: 1000,"
            + " callsPerDestinationPerMinute: 10000, callsPerMinute: 10000";

    /** The defaults. */
    public static final String LIMITED = "";

    /** Whom the line calls when a token names nobody. */
    public static final String PHONE = "1001";

    /** Whose links in Vodia's form are taken. */
    public static final String LINKED = "1003";

    /** What its backend signs with, by the key {@code hs}. */
    public static final String SECRET = "a secret of the shop, 32 characters and more";

    private static final int TOKEN_SECONDS = 60;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer site;
    private final KeyPair keys;
    private final OffhookServer server;
    private final Map<String, String> pages = new ConcurrentHashMap<>();

    private Shop(HttpServer site, KeyPair keys, OffhookServer server) {
        this.site = site;
        this.keys = keys;
        this.server = server;
        site.createContext("/", this::answer);
        site.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        site.start();
    }

    static Shop open(Path folder, String limits) {
        try {
            HttpServer site = HttpServer.create(Loopback.socket(0), 0);
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            Path publicKey = folder.resolve("shop.pem");
            Files.writeString(
                    publicKey,
                    "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(keys.getPublic().getEncoded())
                            + "\n-----END PUBLIC KEY-----\n");
            OffhookServer server = OffhookServer.startWith(
                    folder,
                    RealPeers.EXCHANGE_USERS,
                    exchange -> configuration(exchange, origin(site), publicKey, limits));
            return new Shop(site, keys, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** One of a test's own. */
    public static Shop open(Lab lab, String limits) {
        return lab.keep(open(lab.folder(), limits));
    }

    private static String configuration(String exchange, String origin, Path publicKey, String limits) {
        return """
                lines:
                  shop:
                    login: "1000"
                    password: %s
                    domain: %s
                    callerName: Visitor of the shop
                    destinations: ["%s", "1002", menu]
                    origins: ["%s", "%s"]
                    calls: 1000
                    callsPerMinute: 10000
                    secrets: {hs: "%s"}
                    publicKeys: {es: "%s"}
                    visitors: work
                clickToCall:
                  links: {"%s@%s": %s}
                  %s
                """.formatted(
                        RealPeers.EXCHANGE_USERS.get("1000"),
                        exchange,
                        PHONE,
                        origin,
                        elsewhere(origin),
                        SECRET,
                        publicKey,
                        LINKED,
                        exchange,
                        RealPeers.EXCHANGE_USERS.get(LINKED),
                        limits.replace(", ", "\n  "));
    }

    public OffhookServer server() {
        return server;
    }

    /** The account of {@link #PHONE}. */
    public Baresip.Account phone() {
        return Baresip.Account.at(server.exchange(), PHONE, RealPeers.EXCHANGE_USERS.get(PHONE));
    }

    /** The origin of its pages. */
    public String origin() {
        return origin(site);
    }

    private static String origin(HttpServer site) {
        return "http://127.0.0.1:" + site.getAddress().getPort();
    }

    /** The same pages under another origin, from which buttons may call as well. */
    public String elsewhere() {
        return elsewhere(origin());
    }

    private static String elsewhere(String address) {
        return address.replace("127.0.0.1", "localhost");
    }

    /** An address of this machine by a name that makes its pages not secure. */
    public static String insecure(String address) {
        return address.replace("127.0.0.1", Chromium.INSECURE_HOST);
    }

    /** A page of {@link #elsewhere} within one of the shop's. */
    public String pageAround(String page, String attributes) {
        return page("<iframe " + attributes + " style=\"width:400px;height:500px\" src=\""
                + page.replace(origin(), elsewhere()) + "\"></iframe>");
    }

    /** Has a page with this body at an address of its own, and returns that. */
    public String page(String body) {
        String path = "/" + UUID.randomUUID();
        pages.put(
                path,
                "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Shop</title>"
                        + "<meta name=\"viewport\" content=\"width=device-width\"><body>" + body + "</body></html>");
        return origin() + path;
    }

    /** A page with a button, as its documentation has it, whose tokens the shop's backend makes: {@code hs} or {@code es}. */
    public String pageWithButton(String key) {
        return page(buttonScript() + "<call-button token-url=\"/token/%s\">Call the shop</call-button>".formatted(key));
    }

    /** What a page needs before its first button. */
    public String buttonScript() {
        return "<script type=\"module\" src=\"" + server.page() + "button/call-button.js\"></script>";
    }

    /** A good token for {@link #PHONE}, signed with HS256. */
    public String token() {
        return token("hs", claims());
    }

    /** What a token of the shop says. */
    public Map<String, Object> claims() {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("line", "shop");
        claims.put("sub", PHONE);
        claims.put("origin", origin());
        claims.put("iat", now);
        claims.put("exp", now + TOKEN_SECONDS);
        claims.put("jti", UUID.randomUUID().toString());
        return claims;
    }

    /** Signs with the key {@code hs} (HS256) or {@code es} (ES256). */
    public String token(String key, Map<String, Object> claims) {
        try {
            return switch (key) {
                case "hs" -> hs256(SECRET, claims);
                case "es" -> {
                    String signed = signed("ES256", key, claims);
                    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
                    signature.initSign(keys.getPrivate());
                    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
                    yield signed + "." + BASE64.encodeToString(signature.sign());
                }
                default -> throw new AssertionError("no key " + key);
            };
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A token that is signed with another secret than the shop's. */
    public String forged() {
        try {
            return hs256("some other secret, 32 characters and more", claims());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A token without a signature, which says so. */
    public String unsigned() {
        return signed("none", "hs", claims()) + ".";
    }

    private static String hs256(String secret, Map<String, Object> claims) throws GeneralSecurityException {
        String signed = signed("HS256", "hs", claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return signed + "." + BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String signed(String algorithm, String key, Map<String, Object> claims) {
        return encoded("{\"typ\":\"JWT\",\"alg\":\"" + algorithm + "\",\"kid\":\"" + key + "\"}") + "."
                + encoded(json(claims));
    }

    private static String encoded(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String json(Map<String, Object> claims) {
        return claims.entrySet().stream()
                .map(claim -> "\"" + claim.getKey() + "\":"
                        + (claim.getValue() instanceof Number number ? number : "\"" + claim.getValue() + "\""))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** The call window's address for a number. */
    public String makecall(String number) {
        return server.page() + "makecall.htm?destnumber=" + number;
    }

    /** The same, signed in Vodia's way for {@link #LINKED}. */
    public String signedLink(String number, long time, int duration) {
        String user = LINKED + "@" + server.exchange();
        String signed = user + RealPeers.EXCHANGE_USERS.get(LINKED) + number + time + duration;
        return makecall(number) + "&user=" + user + "&pass=" + md5(signed) + "&time=" + time + "&duration=" + duration;
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("MD5")
                            .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean token = path.startsWith("/token/");
        String body = token
                ? "{\"token\":\"" + token(path.substring("/token/".length()), claims()) + "\"}"
                : pages.getOrDefault(path, "");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", token ? "application/json" : "text/html");
        exchange.sendResponseHeaders(body.isEmpty() ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        site.stop(0);
        server.close();
    }
}
