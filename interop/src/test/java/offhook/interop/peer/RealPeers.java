package offhook.interop.peer;

import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests what they name as parameters: a {@link Lab} of their own, and the programs that take long to start and
 * are therefore shared by the whole run.
 */
public final class RealPeers implements ParameterResolver, AfterEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(RealPeers.class);

    /** Kamailio's users. */
    public static final Map<String, String> USERS =
            Map.of("alice", "alice-secret", "bob", "bob-secret", "carol", "carol-secret", "dave", "dave-secret");

    /** The users of our server's own exchange. */
    public static final Map<String, String> EXCHANGE_USERS =
            Map.of("1000", "secret-0", "1001", "secret-1", "1002", "secret-2", "1003", "secret-3");

    /** What Chromium's and Firefox's false microphone hears. */
    public static final int MICROPHONE_HERTZ = 440;

    private static final Map<Class<?>, Function<Lab, AutoCloseable>> SHARED = Map.of(
            Kamailio.class,
            lab -> Kamailio.start(lab.folder(), USERS),
            OffhookServer.class,
            lab -> OffhookServer.start(lab.folder(), EXCHANGE_USERS, Map.of("callsPerSession", 20)),
            Chromium.class,
            lab -> Chromium.start(lab.folder(), Chromium.Microphone.TONE),
            Firefox.class,
            lab -> Firefox.start(lab.folder(), MICROPHONE_HERTZ),
            Shop.class,
            lab -> Shop.open(lab.folder(), Shop.UNLIMITED));

    /** A constructor's parameters belong to the test that the instance is made for, not to its class. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Lab.class || SHARED.containsKey(type);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Lab.class ? lab(context) : shared(type, context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Lab lab = context.getStore(NAMESPACE).remove(Lab.class, Lab.class);
        if (lab == null) return;
        try {
            if (context.getExecutionException().isPresent()) lab.picture();
        } finally {
            lab.end();
        }
    }

    private static Lab lab(ExtensionContext context) {
        String name = context.getRequiredTestClass().getSimpleName() + "/"
                + context.getRequiredTestMethod().getName();
        return context.getStore(NAMESPACE).computeIfAbsent(Lab.class, type -> new Lab(name), Lab.class);
    }

    private static Object shared(Class<?> type, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(type, key -> SHARED.get(type).apply(new Lab("shared/" + type.getSimpleName())));
    }
}
