package offhook.media.audio;

/** The frequency pairs of the keys (ITU-T Q.23). */
final class DtmfFrequencies {
    static final double[] ROWS = {697, 770, 852, 941};
    static final double[] COLUMNS = {1209, 1336, 1477, 1633};

    private static final String KEYS = "123A456B789C*0#D";

    private DtmfFrequencies() {}

    static double row(char key) {
        return ROWS[index(key) / 4];
    }

    static double column(char key) {
        return COLUMNS[index(key) % 4];
    }

    static char key(int row, int column) {
        return KEYS.charAt(4 * row + column);
    }

    private static int index(char key) {
        int index = KEYS.indexOf(Character.toUpperCase(key));
        if (index < 0) {
            throw new IllegalArgumentException("No key: " + key);
        }
        return index;
    }
}
