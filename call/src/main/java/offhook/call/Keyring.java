package offhook.call;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import offhook.call.offer.SdesKey;
import offhook.media.srtp.SrtpProfile;

/**
 * Our own keys on the SIP leg of one call: one for each suite, the same in each description until they are renewed, so
 * that a description which changes nothing leaves the streams alone (RFC 4568 section 7.1.4). A key that is out of use is
 * never taken up again by a later description, as nobody would remember how far it was used. Not thread-safe: one owner.
 */
final class Keyring {
    /**
     * What we offer, our first choice first: the one that every peer has, and the one that some old phones want. The AEAD
     * suites are taken when a peer offers them; offered by us, they would only make the INVITE too long for a datagram.
     */
    private static final List<SrtpProfile> OFFERED =
            List.of(SrtpProfile.AES_CM_128_HMAC_SHA1_80, SrtpProfile.AES_CM_128_HMAC_SHA1_32);

    private final RandomGenerator random;
    private final Map<SrtpProfile, SdesKey> keys = new EnumMap<>(SrtpProfile.class);
    private final Set<SrtpProfile> used = EnumSet.noneOf(SrtpProfile.class);

    /** @param random must be fit for keys */
    Keyring(RandomGenerator random) {
        this.random = random;
    }

    /** For an offer of ours. */
    List<SdesKey> offered() {
        List<SdesKey> offered = new ArrayList<>();
        for (SrtpProfile profile : OFFERED) {
            offered.add(key(offered.size() + 1, profile));
        }
        return offered;
    }

    /** The key that goes with one of the peer: of its suite, under its tag. */
    SdesKey beside(SdesKey theirs) {
        return key(theirs.tag(), theirs.profile());
    }

    /** The key beside this one protects media from now on. */
    void use(SdesKey theirs) {
        used.add(theirs.profile());
    }

    /** Before a new description: each key that was used is another from now on, but for the one beside this. */
    void retireAllBut(Optional<SdesKey> inUse) {
        Set<SrtpProfile> retired = EnumSet.copyOf(used);
        inUse.ifPresent(theirs -> retired.remove(theirs.profile()));
        keys.keySet().removeAll(retired);
        used.removeAll(retired);
    }

    /** Every key is another from now on. */
    void renew() {
        keys.clear();
        used.clear();
    }

    private SdesKey key(int tag, SrtpProfile profile) {
        SdesKey key = keys.computeIfAbsent(
                profile, made -> new SdesKey(tag, made, bytes(made.keyLength()), bytes(made.saltLength()), bytes(0)));
        return new SdesKey(tag, profile, key.masterKey(), key.masterSalt(), key.mki());
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
