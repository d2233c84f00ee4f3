package offhook.exchange.extension;

/** What a caller hears, 8000 samples a second. Belongs to the thread of its call. */
interface Sound {
    /** Writes the next samples, all of the array. */
    void fill(short[] samples);

    /** The caller pressed a key: one of {@code 0123456789*#ABCD}. */
    void pressed(char key);
}
