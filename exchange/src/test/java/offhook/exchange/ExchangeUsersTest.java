package offhook.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeUsersTest {
    @TempDir
    private Path folder;

    private final SecureRandom random = new SecureRandom();

    @Test
    void makesTenUsersOnceAndKeepsThemPrivate() throws IOException {
        Path file = folder.resolve("state/users");
        Map<String, String> made = ExchangeUsers.load(file, Map.of(), random);
        assertEquals(10, made.size());
        assertTrue(made.containsKey("1000") && made.containsKey("1009"));
        assertEquals(10, made.values().stream().distinct().count());
        assertTrue(made.values().stream().allMatch(password -> password.length() == 12));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(made, ExchangeUsers.load(file, Map.of(), random));
        try (var files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void configuredUsersCountAndAreNotStored() throws IOException {
        Path file = folder.resolve("users");
        Map<String, String> users = ExchangeUsers.load(file, Map.of("1000", "chosen", "3000", "1234"), random);
        assertEquals("chosen", users.get("1000"));
        assertEquals("1234", users.get("3000"));
        assertEquals(11, users.size());
        assertTrue(Files.readString(file).lines().noneMatch(line -> line.contains("chosen") || line.contains("3000")));
        assertNotEquals("chosen", ExchangeUsers.load(file, Map.of(), random).get("1000"));
    }

    @Test
    void saysWhichLineItCannotRead() throws IOException {
        Path file = folder.resolve("users");
        Files.writeString(file, "1000 password\nnonsense\n");
        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> ExchangeUsers.load(file, Map.of(), random));
        assertTrue(refusal.getMessage().contains("line 2"), refusal.getMessage());
    }
}
