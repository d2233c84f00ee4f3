package offhook.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What one second of a recording holds: its strongest frequency, and how much of the sound that frequency is. */
public record Tone(int hertz, double amplitude, double share) {
    private static final int LOWEST_HERTZ = 200;
    private static final int HIGHEST_HERTZ = 2_400;
    private static final int STEP_HERTZ = 20;
    private static final double FULL_SCALE = 32_768;
    private static final int HEADER_BYTES = 44;

    /** Writes {@code length} of a sine at a quarter of full scale as a mono 16-bit WAV file. */
    public static void write(Path file, int hertz, int sampleRate, Duration length) {
        int samples = Math.toIntExact(length.toMillis() * sampleRate / 1000);
        ByteBuffer wav = ByteBuffer.allocate(HEADER_BYTES + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
        wav.put("WAVEfmt ".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(16);
        wav.putShort((short) 1).putShort((short) 1).putInt(sampleRate).putInt(2 * sampleRate);
        wav.putShort((short) 2).putShort((short) 16);
        wav.put("data".getBytes(java.nio.charset.StandardCharsets.US_ASCII)).putInt(2 * samples);
        for (int i = 0; i < samples; i++) {
            wav.putShort((short) Math.round(FULL_SCALE / 4 * Math.sin(2 * Math.PI * hertz * i / sampleRate)));
        }
        try {
            Files.write(file, wav.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The tone in the last whole second of a 16-bit WAV file that may still be growing; empty while it is shorter. */
    public static Optional<Tone> ofLastSecond(Path file) {
        ByteBuffer wav = read(file);
        int data = dataOffset(wav);
        return data < 0 ? Optional.empty() : ofLastSecond(wav, data, wav.getShort(22), wav.getInt(24));
    }

    /** The same of a file whose header will only be written when it is complete. */
    static Optional<Tone> ofLastSecondWithoutHeader(Path file, int channels, int sampleRate) {
        return ofLastSecond(read(file), HEADER_BYTES, channels, sampleRate);
    }

    private static Optional<Tone> ofLastSecond(ByteBuffer wav, int data, int channels, int sampleRate) {
        int frames = (wav.limit() - data) / (2 * channels);
        if (frames < sampleRate) return Optional.empty();
        double[] second = new double[sampleRate];
        for (int i = 0; i < sampleRate; i++) {
            second[i] = wav.getShort(data + 2 * channels * (frames - sampleRate + i)) / FULL_SCALE;
        }
        return Optional.of(of(second, sampleRate));
    }

    private static ByteBuffer read(Path file) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goertzel's filter over a grid of frequencies: no transform is needed to find the strongest of a hundred. */
    static Tone of(double[] samples, int sampleRate) {
        double power = 0;
        for (double sample : samples) power += sample * sample;
        int strongest = 0;
        double most = 0;
        for (int hertz = LOWEST_HERTZ; hertz <= HIGHEST_HERTZ; hertz += STEP_HERTZ) {
            double amplitude = amplitude(samples, hertz, sampleRate);
            if (amplitude > most) {
                most = amplitude;
                strongest = hertz;
            }
        }
        double share = power == 0 ? 0 : most * most / 2 * samples.length / power;
        return new Tone(strongest, most, share);
    }

    private static double amplitude(double[] samples, int hertz, int sampleRate) {
        double coefficient = 2 * Math.cos(2 * Math.PI * hertz / sampleRate);
        double previous = 0;
        double beforePrevious = 0;
        for (double sample : samples) {
            double next = sample + coefficient * previous - beforePrevious;
            beforePrevious = previous;
            previous = next;
        }
        double power = previous * previous + beforePrevious * beforePrevious - coefficient * previous * beforePrevious;
        return 2 * Math.sqrt(Math.max(0, power)) / samples.length;
    }

    /** Loud enough to be meant, and nearly all there is: not a hum, a click train or noise that happens to peak there. */
    public boolean isClear() {
        return amplitude > 0.01 && share > 0.5;
    }

    public boolean isSilence() {
        return amplitude < 0.001;
    }

    private static int dataOffset(ByteBuffer wav) {
        for (int i = 12; i + 8 <= wav.limit(); i += 8 + wav.getInt(i + 4)) {
            if (wav.getInt(i) == 0x61746164) return i + 8; // "data", read little-endian
            if (wav.getInt(i + 4) < 0) return -1;
        }
        return -1;
    }
}
