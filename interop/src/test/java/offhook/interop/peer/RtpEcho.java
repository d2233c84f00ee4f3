package offhook.interop.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Where the media of {@link Sipp} goes: two UDP ports that send each RTP packet back to where it came from, and note
 * what came. So who calls hears itself, if both directions work, and what the far end sees of the stream can be judged.
 * Safe for any thread.
 */
public final class RtpEcho implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int DATAGRAM_BYTES = 2_048;
    private static final int HEADER_BYTES = 12;
    private static final int EVENT_BYTES = 4;
    private static final int MOST_NOTES = 100_000;
    private static final int MOST_LOST = 100;
    private static final int MOST_LOST_ON_THE_WAY = 5;
    private static final int UNITS_A_PACKET = 160; // 20 ms at 8 kHz
    private static final int EVENT_PAYLOAD_TYPE = 101;
    private static final String KEYS = "0123456789*#ABCD";

    /**
     * A packet as it came.
     *
     * @param moved whether it came to the second port
     * @param event for a telephone-event (RFC 4733) its first four bytes
     */
    private record Note(
            boolean moved,
            int payloadType,
            boolean marker,
            int sequence,
            long timestamp,
            int ssrc,
            Optional<byte[]> event) {
        private static Note of(boolean moved, ByteBuffer packet) {
            int payloadType = packet.get(1) & 0x7f;
            byte[] event = null;
            if (payloadType == EVENT_PAYLOAD_TYPE && packet.limit() >= HEADER_BYTES + EVENT_BYTES) {
                event = new byte[EVENT_BYTES];
                packet.get(HEADER_BYTES, event);
            }
            return new Note(
                    moved,
                    payloadType,
                    packet.get(1) < 0,
                    packet.getShort(2) & 0xffff,
                    packet.getInt(4) & 0xffff_ffffL,
                    packet.getInt(8),
                    Optional.ofNullable(event));
        }
    }

    /**
     * A key as the far end saw it.
     *
     * @param units its duration in the clock of its payload type, 8000 a second
     * @param packets how many packets told of it
     * @param ends how many of them said that it is over
     */
    public record Key(char key, int units, int packets, int ends) {}

    private final DatagramSocket first;
    private final DatagramSocket second;
    private final AtomicBoolean mute = new AtomicBoolean();
    private final List<Note> notes = new ArrayList<>();

    /** @param address of this machine, as text without brackets */
    RtpEcho(String address) {
        try {
            first = new DatagramSocket(Loopback.socket(address, Loopback.freePort()));
            second = new DatagramSocket(Loopback.socket(address, Loopback.freePort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("RTP echo").start(() -> echo(first, false));
        Thread.ofVirtual().name("RTP echo, moved").start(() -> echo(second, true));
    }

    int port() {
        return first.getLocalPort();
    }

    int movedPort() {
        return second.getLocalPort();
    }

    /** From now on takes what comes and sends nothing. */
    public void fallSilent() {
        mute.set(true);
    }

    /** Waits until half a second of audio of this payload type has come to the first port from now on. */
    public void awaitMedia(int payloadType) {
        awaitMedia(false, payloadType);
    }

    /** The same for the second port, which SDP names by the word {@code moved}. */
    public void awaitMovedMedia(int payloadType) {
        awaitMedia(true, payloadType);
    }

    /** Waits until less than a packet in a quarter of a second comes. */
    public void awaitSilence() {
        int[] count = {-1};
        long[] since = {0};
        await("no more media", () -> {
            int now = count();
            if (now > count[0] + 1 || count[0] < 0) {
                count[0] = now;
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > Duration.ofMillis(500).toNanos();
        });
    }

    /** All keys that came as telephone-events, in their order. */
    public synchronized List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        long current = -1;
        for (Note note : notes) {
            if (note.event().isEmpty()) continue;
            ByteBuffer event = ByteBuffer.wrap(note.event().get());
            boolean end = event.get(1) < 0;
            Key key = new Key(KEYS.charAt(event.get(0) & 0xf), event.getShort(2) & 0xffff, 1, end ? 1 : 0);
            if (note.timestamp() == current) {
                Key before = keys.removeLast();
                key = new Key(key.key(), key.units(), before.packets() + 1, before.ends() + key.ends());
            }
            keys.add(key);
            current = note.timestamp();
        }
        return keys;
    }

    /** Waits until these keys have come, all of them over. */
    public void awaitKeys(String wanted) {
        await("the keys " + wanted, () -> {
            StringBuilder came = new StringBuilder();
            for (Key key : keys()) if (key.ends() > 0) came.append(key.key());
            return came.toString().equals(wanted);
        });
    }

    /** Waits until this key has been down for half a second and more, and is not let go. */
    public void awaitHeldDown(char key) {
        await("the key " + key + " held down", () -> {
            List<Key> keys = keys();
            return !keys.isEmpty()
                    && keys.getLast().key() == key
                    && keys.getLast().ends() == 0
                    && keys.getLast().units() >= 4_000;
        });
    }

    /**
     * Judges all that came: one synchronization source, numbers without a gap that is not one in time as well, no time that
     * runs backwards. So a receiver sees one stream whatever happened to the call. Where the codec changes packets may be
     * missing, as the browser hears of it a little later.
     */
    public synchronized void isOneUnbrokenStream() {
        Note before = null;
        int lostOnTheWay = 0;
        for (Note note : notes) {
            if (before != null) {
                int step = (note.sequence() - before.sequence()) & 0xffff;
                long time = (note.timestamp() - before.timestamp()) & 0xffff_ffffL;
                boolean event = note.event().isPresent() || before.event().isPresent();
                boolean otherCodec = note.payloadType() != before.payloadType() && !event;
                // A packet that a busy machine has lost leaves as much of a gap in the numbers as in the times.
                boolean lost = step <= MOST_LOST_ON_THE_WAY && time == (long) step * UNITS_A_PACKET;
                if (lost && !otherCodec) lostOnTheWay += step - 1;
                if (note.ssrc() != before.ssrc()
                        || step < 1
                        || step > (otherCodec || lost ? MOST_LOST : 1)
                        || lostOnTheWay > MOST_LOST_ON_THE_WAY
                        || (time >= 1L << 31 && !event)) {
                    throw new AssertionError("the stream is broken between " + before + " and " + note);
                }
            }
            before = note;
        }
        if (before == null) throw new AssertionError("no media came at all");
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }

    private void awaitMedia(boolean moved, int payloadType) {
        int from = count();
        await("audio of payload type " + payloadType, () -> countOf(moved, payloadType, from) >= 25);
    }

    private void await(String wanted, BooleanSupplier condition) {
        Waiting.until(wanted, PATIENCE, condition, this::summary);
    }

    private synchronized int count() {
        return notes.size();
    }

    private synchronized long countOf(boolean moved, int payloadType, int from) {
        return notes.subList(from, notes.size()).stream()
                .filter(note -> note.moved() == moved && note.payloadType() == payloadType)
                .count();
    }

    private synchronized String summary() {
        return notes.size() + " packets, the last: " + notes.subList(Math.max(0, notes.size() - 3), notes.size())
                + ", keys: " + keys();
    }

    private void echo(DatagramSocket socket, boolean moved) {
        DatagramPacket datagram = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
        while (!socket.isClosed()) {
            try {
                datagram.setLength(DATAGRAM_BYTES);
                socket.receive(datagram);
                ByteBuffer packet = ByteBuffer.wrap(datagram.getData(), 0, datagram.getLength());
                if (!isRtp(packet)) continue;
                note(Note.of(moved, packet));
                if (!mute.get()) socket.send(datagram);
            } catch (IOException e) {
                // It is being closed, or the other side has closed its port meanwhile.
            }
        }
    }

    private synchronized void note(Note note) {
        if (notes.size() < MOST_NOTES) notes.add(note);
    }

    private static boolean isRtp(ByteBuffer packet) {
        return packet.limit() > HEADER_BYTES && (packet.get(0) & 0xc0) == 0x80;
    }
}
