package offhook.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.interop.peer.Waiting;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Watches every test (JUnit finds this class by itself) and keeps how it went with what is {@link Tried}; {@link
 * InteropTableTest} makes the table of it.
 */
public final class Tries implements BeforeAllCallback, TestWatcher, ParameterResolver {
    static final String WORKS = "works";
    static final String FAILS = "**fails**";

    private static final Duration LONGEST_TEST = Duration.ofMinutes(5);

    /** What this run has seen so far, for all threads. */
    static final class Seen {
        private final Map<Method, Boolean> passed = new ConcurrentHashMap<>();
        private final Set<Class<?>> begun = ConcurrentHashMap.newKeySet();

        /** A test with several arguments ends for each, and has passed when it has passed with all. */
        private void ended(Method test, boolean well) {
            passed.merge(test, well, Boolean::logicalAnd);
        }

        /** Whether all that is to be in the table belongs to this run, or only a part of it was asked for. */
        boolean isWhole() {
            return begun.containsAll(tried().map(Method::getDeclaringClass).collect(Collectors.toSet()));
        }

        /** The table's rows, peer by peer, when all tests have been run; waits for those that run beside the others. */
        List<String> rows() {
            Waiting.until("the other tests", LONGEST_TEST, () -> open().isEmpty(), this::open);
            return tried().flatMap(test -> Stream.of(test.getAnnotationsByType(Tried.class))
                            .map(tried -> row(tried, passed.get(test))))
                    .distinct()
                    .sorted(String.CASE_INSENSITIVE_ORDER)
                    .toList();
        }

        private List<Method> open() {
            return tried().filter(test -> !passed.containsKey(test)).toList();
        }

        private static String row(Tried tried, boolean passed) {
            String peers = Arrays.stream(tried.with()).map(Peer::title).collect(Collectors.joining(", "));
            return "| " + peers + " | " + tried.what() + " | " + (passed ? WORKS : FAILS) + " |";
        }
    }

    private static final Namespace NAMESPACE = Namespace.create(Tries.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        seen(context).begun.add(context.getRequiredTestClass());
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        seen(context).ended(context.getRequiredTestMethod(), true);
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        seen(context).ended(context.getRequiredTestMethod(), false);
    }

    @Override
    public void testAborted(ExtensionContext context, Throwable cause) {
        testFailed(context, cause);
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        context.getTestMethod().ifPresent(test -> seen(context).ended(test, false));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Seen.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return seen(context);
    }

    private static Seen seen(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Seen.class, type -> new Seen(), Seen.class);
    }

    /** All tests that try something. */
    private static Stream<Method> tried() {
        List<Method> tests = new ArrayList<>();
        Path folder = Path.of(
                Tries.class.getProtectionDomain().getCodeSource().getLocation().getPath(), "offhook", "interop");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*Test.class")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".class", "");
                for (Method method : Class.forName("offhook.interop." + name).getDeclaredMethods()) {
                    if (method.getAnnotationsByType(Tried.class).length > 0) {
                        tests.add(method);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
        return tests.stream();
    }
}
