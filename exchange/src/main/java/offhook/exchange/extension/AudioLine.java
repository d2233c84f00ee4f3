package offhook.exchange.extension;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.random.RandomGenerator;
import offhook.media.audio.G711;
import offhook.media.dtmf.TelephoneEventReceiver;
import offhook.media.rtp.RtpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The sound of one call: its own RTP socket and one thread, which owns all of this but {@link #use} and {@link #close}.
 * It answers to whoever sends first, so that callers behind a NAT hear something; RTCP is passed over.
 */
final class AudioLine implements Runnable, AutoCloseable {
    static final int SAMPLE_RATE = 8_000;
    static final int FRAME_MILLIS = 20;

    private static final int FRAME_SAMPLES = SAMPLE_RATE / 1_000 * FRAME_MILLIS;
    private static final long MILLI = 1_000_000L;
    private static final long FRAME_NANOS = FRAME_MILLIS * MILLI;
    /** Further behind than this, frames are left out and not sent in a bunch. */
    private static final long MOST_BEHIND_NANOS = 10 * FRAME_NANOS;

    private static final long IDLE_LOOK_NANOS = 1_000 * MILLI;
    private static final int MAX_DATAGRAM = 2_048;
    private static final int PORT_ATTEMPTS = 16;

    private final DatagramSocket socket;
    private final Extension extension;
    private final ExtensionLimits limits;
    private final Runnable over;
    private final int ssrc;
    private volatile AudioAnswer agreed;

    private @Nullable AudioAnswer inUse;
    private @Nullable SocketAddress source;
    private TelephoneEventReceiver keys;
    private int sequenceNumber;
    private int timestamp;
    private boolean first = true;
    private final short[] samples = new short[FRAME_SAMPLES];
    private final byte[] frame = new byte[RtpHeader.FIXED_LENGTH + FRAME_SAMPLES];

    /** @param over told, on this line's thread, that the call has lasted too long or has gone silent */
    AudioLine(
            DatagramSocket socket,
            Extension extension,
            AudioAnswer agreed,
            ExtensionLimits limits,
            RandomGenerator random,
            Runnable over) {
        this.socket = socket;
        this.extension = extension;
        this.agreed = agreed;
        this.limits = limits;
        this.over = over;
        this.ssrc = random.nextInt();
        this.sequenceNumber = random.nextInt(1 << 15);
        this.timestamp = random.nextInt();
        this.keys = receiver(agreed, Optional.empty());
    }

    /** A socket on an even port, as RFC 3550 section 11 would have it, if one is to be had. */
    static DatagramSocket openSocket(InetAddress address) throws SocketException {
        DatagramSocket socket = new DatagramSocket(0, address);
        for (int i = 0; i < PORT_ATTEMPTS && socket.getLocalPort() % 2 != 0; i++) {
            socket.close();
            socket = new DatagramSocket(0, address);
        }
        return socket;
    }

    /** Goes on with what a re-INVITE changed. Any thread. */
    void use(AudioAnswer changed) {
        agreed = changed;
    }

    /** Ends it. Any thread. */
    @Override
    public void close() {
        socket.close();
    }

    @Override
    public void run() {
        try (socket) {
            play(extension.newSound());
        } catch (IOException closed) {
            if (!socket.isClosed()) {
                over.run();
            }
        }
    }

    private void play(Optional<Sound> sound) throws IOException {
        byte[] buffer = new byte[MAX_DATAGRAM];
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        long start = System.nanoTime();
        long lastHeard = start;
        long nextFrame = start;
        while (true) {
            AudioAnswer now = changed(sound);
            long time = System.nanoTime();
            if (!now.direction().receives()) {
                lastHeard = time;
            }
            if (time - start > limits.longest().toNanos()
                    || time - lastHeard > limits.silence().toNanos()) {
                over.run();
                return;
            }
            long wait = Math.min(IDLE_LOOK_NANOS, limits.silence().toNanos());
            if (sound.isPresent()) {
                if (time >= nextFrame) {
                    sendFrame(sound.get(), now);
                    nextFrame = time - nextFrame > MOST_BEHIND_NANOS ? time : nextFrame + FRAME_NANOS;
                }
                wait = nextFrame - System.nanoTime();
            }
            if (receive(packet, wait) && onPacket(packet, sound.isEmpty(), now)) {
                lastHeard = System.nanoTime();
            }
        }
    }

    private AudioAnswer changed(Optional<Sound> sound) {
        AudioAnswer now = agreed;
        if (!now.equals(inUse)) {
            inUse = now;
            source = null;
            keys = receiver(now, sound);
        }
        return now;
    }

    private static TelephoneEventReceiver receiver(AudioAnswer answer, Optional<Sound> sound) {
        return new TelephoneEventReceiver(answer.keyClockRate(), new TelephoneEventReceiver.Outbox() {
            @Override
            public void pressed(char key) {
                sound.ifPresent(listening -> listening.pressed(key));
            }

            @Override
            public void released(char key, int durationMillis) {
                // A key sounds for a fixed time, however long it was held.
            }
        });
    }

    private boolean receive(DatagramPacket packet, long waitNanos) throws IOException {
        if (waitNanos <= 0) {
            return false;
        }
        try {
            socket.setSoTimeout((int) Math.max(1, (waitNanos + MILLI - 1) / MILLI));
            packet.setLength(MAX_DATAGRAM);
            socket.receive(packet);
            return true;
        } catch (SocketTimeoutException quiet) {
            return false;
        }
    }

    /** Whether it was RTP of the caller. */
    private boolean onPacket(DatagramPacket packet, boolean echo, AudioAnswer now) {
        byte[] bytes = packet.getData();
        int length = packet.getLength();
        if (isRtcp(bytes, length) || RtpHeader.headerLength(bytes, 0, length) < 0) {
            return false;
        }
        if (source == null) {
            source = packet.getSocketAddress();
        }
        if (!packet.getSocketAddress().equals(source)) {
            return false;
        }
        int type = RtpHeader.payloadType(bytes, 0);
        if (echo) {
            // Under our own name: a sender that meets its own SSRC has to think of a loop (RFC 3550 section 8.2).
            RtpHeader.ssrc(bytes, 0, ssrc);
            send(bytes, length, now);
        } else if (now.keyPayloadType().isPresent() && now.keyPayloadType().getAsInt() == type) {
            keys.onRtp(bytes, 0, length, System.nanoTime());
        }
        return true;
    }

    /** By the packet types of RFC 5761 section 4. */
    private static boolean isRtcp(byte[] bytes, int length) {
        int type = length < 2 ? 0 : Byte.toUnsignedInt(bytes[1]);
        return type >= 192 && type <= 223;
    }

    private void sendFrame(Sound sound, AudioAnswer now) {
        sound.fill(samples);
        RtpHeader.write(frame, 0, first, now.payloadType(), sequenceNumber, timestamp, ssrc);
        if (now.payloadType() == AudioAnswer.PCMA) {
            G711.encodeALaw(samples, 0, FRAME_SAMPLES, frame, RtpHeader.FIXED_LENGTH);
        } else {
            G711.encodeMuLaw(samples, 0, FRAME_SAMPLES, frame, RtpHeader.FIXED_LENGTH);
        }
        send(frame, frame.length, now);
        first = false;
        sequenceNumber++;
        timestamp += FRAME_SAMPLES;
    }

    private void send(byte[] bytes, int length, AudioAnswer now) {
        if (!now.direction().sends()) {
            return;
        }
        SocketAddress heard = source;
        InetSocketAddress described = now.remote();
        try {
            socket.send(new DatagramPacket(bytes, length, heard == null ? described : heard));
        } catch (IOException lost) {
            // A datagram may get lost anywhere; if the socket is closed, the next receive says so.
        }
    }
}
