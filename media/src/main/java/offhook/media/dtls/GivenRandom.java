package offhook.media.dtls;

import java.io.Serial;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.random.RandomGenerator;

/**
 * Hands a generator of the caller's to Bouncy Castle, which asks for a {@link SecureRandom}. A caller that gives a
 * {@code SecureRandom} gets that very one; a simulation gives a seeded generator and sees the same handshake again.
 */
final class GivenRandom extends SecureRandom {
    @Serial
    private static final long serialVersionUID = 1L;

    private GivenRandom(RandomGenerator generator) {
        super(new Source(generator), null);
    }

    static SecureRandom of(RandomGenerator generator) {
        return generator instanceof SecureRandom secure ? secure : new GivenRandom(generator);
    }

    private static final class Source extends SecureRandomSpi {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient RandomGenerator generator;

        Source(RandomGenerator generator) {
            this.generator = generator;
        }

        @Override
        protected void engineSetSeed(byte[] seed) {
            // The caller chose the seed.
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            generator.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int length) {
            byte[] seed = new byte[length];
            generator.nextBytes(seed);
            return seed;
        }
    }
}
