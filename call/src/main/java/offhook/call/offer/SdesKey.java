package offhook.call.offer;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import offhook.media.sdp.Crypto;
import offhook.media.srtp.SrtpProfile;

/**
 * The key by which one side of a SIP leg protects what it sends (RFC 4568). Its text never shows the key.
 *
 * @param tag of its {@code a=crypto} line: our offer's, or repeated from the peer's
 * @param masterKey {@link SrtpProfile#keyLength()} bytes
 * @param masterSalt {@link SrtpProfile#saltLength()} bytes
 * @param mki the master key identifier in each of the side's packets, empty for none; ours have none
 */
@SuppressWarnings("ArrayRecordComponent") // Handed from the description to the leg; compared by same(), nothing else.
public record SdesKey(int tag, SrtpProfile profile, byte[] masterKey, byte[] masterSalt, byte[] mki) {
    /**
     * The key in a line of the peer. Empty when we cannot do what the line asks for: another suite, a key of a wrong
     * length, or session parameters that change how packets look (RFC 4568 6.3).
     */
    static Optional<SdesKey> of(Crypto line) {
        return SrtpProfile.ofCryptoSuite(line.suite())
                .filter(profile -> line.keyAndSalt().length == profile.keyLength() + profile.saltLength()
                        && line.sessionParameters().stream().allMatch(SdesKey::ignorable))
                .map(profile -> new SdesKey(
                        line.tag(),
                        profile,
                        Arrays.copyOf(line.keyAndSalt(), profile.keyLength()),
                        Arrays.copyOfRange(line.keyAndSalt(), profile.keyLength(), line.keyAndSalt().length),
                        line.mki()));
    }

    /** The line for our own description. */
    Crypto line() {
        byte[] keyAndSalt = Arrays.copyOf(masterKey, masterKey.length + masterSalt.length);
        System.arraycopy(masterSalt, 0, keyAndSalt, masterKey.length, masterSalt.length);
        return new Crypto(tag, profile.cryptoSuite(), keyAndSalt);
    }

    /** Whether both protect alike, whatever their tags. */
    public boolean same(SdesKey other) {
        return profile == other.profile
                && MessageDigest.isEqual(masterKey, other.masterKey)
                && MessageDigest.isEqual(masterSalt, other.masterSalt)
                && MessageDigest.isEqual(mki, other.mki);
    }

    @Override
    public String toString() {
        return "SdesKey[" + tag + " " + profile + "]";
    }

    /** A hint about window sizes (RFC 4568 6.3.6: ours is large enough), or an extension that may be passed over (6.3.7). */
    private static boolean ignorable(String parameter) {
        return parameter.startsWith("-") || parameter.toUpperCase(Locale.ROOT).startsWith("WSH=");
    }
}
