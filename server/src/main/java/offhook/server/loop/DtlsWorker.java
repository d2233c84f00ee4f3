package offhook.server.loop;

import offhook.media.dtls.DtlsAssociation;

/**
 * Runs the elliptic-curve work of DTLS handshakes on virtual threads and brings the end of it back to the loop, so that
 * a handshake of milliseconds does not hold up the packets of other calls.
 */
public final class DtlsWorker implements DtlsAssociation.Worker {
    private final EventLoop loop;

    public DtlsWorker(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public void run(Runnable work, Runnable done) {
        Thread.ofVirtual().name("dtls").start(() -> {
            try {
                work.run();
            } catch (Throwable thrown) {
                loop.fault("a DTLS handshake", thrown);
            }
            try {
                loop.postPatiently(done);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
