package offhook.exchange.extension;

import offhook.media.audio.Tones;

/** The tune, over and over. */
final class MusicSound implements Sound {
    private final short[] tune = Tones.tune(AudioLine.SAMPLE_RATE);
    private int next;

    @Override
    public void fill(short[] samples) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] = tune[next];
            next = (next + 1) % tune.length;
        }
    }

    @Override
    public void pressed(char key) {
        // Music has nothing to say to keys.
    }
}
