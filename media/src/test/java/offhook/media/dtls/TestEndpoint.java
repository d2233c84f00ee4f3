package offhook.media.dtls;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** An association whose outbox remembers everything. */
final class TestEndpoint implements DtlsAssociation.Outbox {
    static final DtlsIdentity ALICE = identity(1);
    static final DtlsIdentity BOB = identity(2);

    final Deque<byte[]> sent = new ArrayDeque<>();
    final List<SrtpKeys> keys = new ArrayList<>();
    final List<DtlsFailure> failures = new ArrayList<>();
    int closings;

    static DtlsIdentity identity(long seed) {
        return DtlsIdentity.generate(
                new Random(seed), Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));
    }

    DtlsAssociation association(DtlsIdentity ours, DtlsRole role, DtlsIdentity theirs, long seed) {
        return association(ours, role, List.of(theirs.fingerprint()), DtlsSettings.DEFAULT, seed);
    }

    DtlsAssociation association(
            DtlsIdentity ours, DtlsRole role, List<Fingerprint> expected, DtlsSettings settings, long seed) {
        return new DtlsAssociation(
                ours, role, expected, settings, DtlsAssociation.Worker.INLINE, new Random(seed), this);
    }

    boolean done() {
        return !keys.isEmpty() || !failures.isEmpty();
    }

    @Override
    public void transmit(byte[] bytes, int offset, int length) {
        sent.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void connected(SrtpKeys connected) {
        keys.add(connected);
    }

    @Override
    public void failed(DtlsFailure why) {
        failures.add(why);
    }

    @Override
    public void closed() {
        closings++;
    }
}
