package offhook.media.audio;

/**
 * Endless sines, added up, without a break between one {@link #fill} and the next. Not thread-safe.
 */
public final class ToneSource {
    private final double[] radiansPerSample;
    private final double[] phase;
    private final double amplitude;

    /**
     * @param sampleRate samples per second
     * @param amplitude of each sine, 0 to 32 767; the sum is clipped
     * @param hertz one or more frequencies below half the sample rate
     */
    public ToneSource(int sampleRate, double amplitude, double... hertz) {
        this.amplitude = amplitude;
        this.phase = new double[hertz.length];
        this.radiansPerSample = new double[hertz.length];
        for (int i = 0; i < hertz.length; i++) {
            radiansPerSample[i] = 2 * Math.PI * hertz[i] / sampleRate;
        }
    }

    /** Writes the next {@code count} samples. */
    public void fill(short[] samples, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            double sum = 0;
            for (int k = 0; k < phase.length; k++) {
                sum += Math.sin(phase[k]);
                phase[k] = (phase[k] + radiansPerSample[k]) % (2 * Math.PI);
            }
            samples[i] = (short) Math.clamp(Math.round(amplitude * sum), Short.MIN_VALUE, Short.MAX_VALUE);
        }
    }
}
