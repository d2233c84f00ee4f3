package offhook.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** A screen with a mouse that are nobody's (Xvfb), for what a browser shows in a window only. */
public final class Screen implements AutoCloseable {
    private static final int WIDTH = 1300;
    private static final int HEIGHT = 820;
    private static final Duration STARTUP = Duration.ofSeconds(10);
    private static final Duration CLICK = Duration.ofSeconds(10);

    private final Path folder;
    private final Program program;
    private final String display;

    private Screen(Path folder, Program program, String display) {
        this.folder = folder;
        this.program = program;
        this.display = display;
    }

    public static Screen start(Path folder) {
        Program program = Program.start(
                "xvfb",
                folder,
                Map.of(),
                List.of(
                        "Xvfb",
                        "-displayfd",
                        "1",
                        "-screen",
                        "0",
                        WIDTH + "x" + HEIGHT + "x24",
                        "-nolisten",
                        "tcp",
                        "-fbdir",
                        folder.toString()));
        return new Screen(
                folder, program, ":" + program.awaitLine("^(\\d+)$", STARTUP).group(1));
    }

    /** What a program must find in its environment to be on this screen. */
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("DISPLAY", display);
        return environment;
    }

    /** Clicks at a place. Keys would need a window manager to give them to a window. */
    void click(int x, int y) {
        List<String> command = List.of("xdotool", "mousemove", Integer.toString(x), Integer.toString(y), "click", "1");
        try (Program mouse = Program.start("xdotool", folder, environment(), command)) {
            mouse.awaitExit(CLICK);
        }
    }

    /** A number that changes when anything does within the rectangle. */
    long look(int left, int top, int right, int bottom) {
        ByteBuffer dump;
        try {
            dump = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("Xvfb_screen0")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // XWDFile.h: the header's length, bytes per line and number of colours, before 12 bytes a colour and the lines
        int lines = dump.getInt(0) + 12 * dump.getInt(76);
        int lineBytes = dump.getInt(48);
        CRC32 sum = new CRC32();
        for (int y = top; y < bottom; y++) {
            sum.update(dump.slice(lines + y * lineBytes + 4 * left, 4 * (right - left)));
        }
        return sum.getValue();
    }

    @Override
    public void close() {
        program.close();
    }
}
