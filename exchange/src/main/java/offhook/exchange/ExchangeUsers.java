package offhook.exchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The users 1000 to 1009, whose passwords are made at the first start and kept in a file that only its owner reads. */
public final class ExchangeUsers {
    public static final int FIRST = 1_000;
    public static final int COUNT = 10;
    public static final int PASSWORD_LENGTH = 12;

    /** Without those that people take for one another. */
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int MAX_USERS = 1_000;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private ExchangeUsers() {}

    /**
     * The users of the state file, which is written if there is none, and the configured ones, whose passwords count where
     * both have one. Configured users are not stored.
     *
     * @param stateFile a line for each user: name, blank, password; its folder is made where it is missing
     * @param random unpredictable outside of tests
     * @return user name to password, sorted
     * @throws UncheckedIOException when the file can be neither read nor written
     * @throws IllegalArgumentException when it has other contents
     */
    public static Map<String, String> load(Path stateFile, Map<String, String> configured, RandomGenerator random) {
        try {
            Map<String, String> users =
                    new TreeMap<>(Files.exists(stateFile) ? read(stateFile) : make(stateFile, random));
            users.putAll(configured);
            return users;
        } catch (IOException e) {
            throw new UncheckedIOException("the exchange's users cannot be kept in " + stateFile, e);
        }
    }

    private static Map<String, String> read(Path stateFile) throws IOException {
        if (isPosix(stateFile)) {
            Files.setPosixFilePermissions(stateFile, OWNER_ONLY);
        }
        Map<String, String> users = new TreeMap<>();
        int number = 0;
        for (String line : Files.readAllLines(stateFile)) {
            number++;
            String[] words = line.strip().split("\\s+");
            if (line.isBlank()) {
                continue;
            }
            if (words.length != 2 || users.size() == MAX_USERS) {
                throw new IllegalArgumentException(stateFile + " line " + number
                        + " is not a user and a password; delete the file to have new ones made");
            }
            users.put(words[0], words[1]);
        }
        return users;
    }

    private static Map<String, String> make(Path stateFile, RandomGenerator random) throws IOException {
        Map<String, String> users = new TreeMap<>();
        for (int user = FIRST; user < FIRST + COUNT; user++) {
            users.put(Integer.toString(user), password(random));
        }
        List<String> lines = users.entrySet().stream()
                .map(user -> user.getKey() + " " + user.getValue())
                .toList();
        Path folder = stateFile.toAbsolutePath().resolveSibling(".").normalize();
        Files.createDirectories(folder);
        // Private from its first moment, and under its name only when it is whole.
        FileAttribute<?>[] attributes = isPosix(folder)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        Path whole = Files.createTempFile(folder, "users", ".tmp", attributes);
        Files.write(whole, lines);
        Files.move(whole, stateFile, StandardCopyOption.REPLACE_EXISTING);
        return users;
    }

    private static boolean isPosix(Path path) throws IOException {
        return Files.getFileStore(path).supportsFileAttributeView("posix");
    }

    private static String password(RandomGenerator random) {
        return random.ints(PASSWORD_LENGTH, 0, LETTERS.length())
                .mapToObj(i -> String.valueOf(LETTERS.charAt(i)))
                .collect(Collectors.joining());
    }
}
