package offhook.bench;

import offhook.bench.load.LoadCall;

/** Something between browsers and phones that can be put under load. Used by one thread. */
interface Gateway extends AutoCloseable {
    String name();

    Target target();

    /** Begins to connect the two ends; the call itself tells when it is up. */
    void connect(LoadCall call);

    /** Ends the call. */
    void hangUp(LoadCall call);

    @Override
    void close();
}
