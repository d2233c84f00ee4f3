package offhook.media.srtp;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import offhook.media.srtp.TestPackets.Pair;
import offhook.media.wire.Bytes;

/**
 * What a 172-byte packet costs, protected and unprotected: nanoseconds and bytes of garbage. Run its main method; it is no
 * test, as no machine's speed is a promise.
 */
public final class SrtpBenchmark {
    private static final int ROUNDS = 8;
    private static final int PACKETS = 300_000;
    private static final int LENGTH = 172;

    private SrtpBenchmark() {}

    /** Prints one line for each profile; the best of some rounds counts. */
    public static void main(String[] arguments) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (SrtpProfile profile : SrtpProfile.values()) {
            Pair pair = Pair.of(profile, new Random(1));
            byte[] bytes = TestPackets.placed(TestPackets.voice(1, 0));
            double best = Double.MAX_VALUE;
            long garbage = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long allocated = threads.getCurrentThreadAllocatedBytes();
                long begin = System.nanoTime();
                for (int packet = 0; packet < PACKETS; packet++) {
                    Bytes.put16(bytes, TestPackets.OFFSET + 2, round * PACKETS + packet);
                    int length = pair.sender().protect(bytes, TestPackets.OFFSET, LENGTH);
                    if (pair.receiver().unprotect(bytes, TestPackets.OFFSET, length) != LENGTH) {
                        throw new IllegalStateException("packet " + packet + " was lost");
                    }
                }
                best = Math.min(best, (System.nanoTime() - begin) / (double) PACKETS);
                garbage = (threads.getCurrentThreadAllocatedBytes() - allocated) / PACKETS;
            }
            System.out.printf("%-24s %4.0f ns  %4d B%n", profile, best, garbage);
        }
    }
}
