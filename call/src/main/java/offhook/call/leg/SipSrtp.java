package offhook.call.leg;

import offhook.call.offer.SdesKey;
import offhook.media.srtp.SrtpContext;
import org.jspecify.annotations.Nullable;

/**
 * SRTP with a SIP peer (RFC 3711), its keys from the descriptions (RFC 4568). A changed key begins a new context, with
 * rollover counter 0; an unchanged one goes on counting, however long the stream was silent. Our key before the present
 * one goes on, too, when it is taken up again, as forks do that chose different suites: under one key no index may be used
 * twice (RFC 3711 section 9.1).
 *
 * <p>A peer that offers a new key sends under its former one until our answer has reached it. So until the first packet
 * under the new key the former one is tried, too, but only for packets from where the peer's media already came from: a
 * party that has left the call knows the former key as well.
 *
 * <p>Not thread-safe: one owner.
 */
final class SipSrtp {
    /** The longest packet that is tried under two keys: what fits into an Ethernet frame. */
    private static final int TWICE_LIMIT = 1_500;

    private SdesKey ours;
    private SdesKey theirs;
    private SrtpContext toPeer;
    private SrtpContext fromPeer;
    private @Nullable Retired retired;
    private @Nullable Former former;

    /** Our key before the present one, and how far it was used. */
    private record Retired(SdesKey key, SrtpContext context) {}

    /** The context before the present one; a copy of each packet, as a failed attempt leaves nothing of it. */
    private static final class Former {
        final SrtpContext context;
        final byte[] packet = new byte[TWICE_LIMIT];

        Former(SrtpContext context) {
            this.context = context;
        }
    }

    /** @param ours of the same suite as {@code theirs} */
    SipSrtp(SdesKey ours, SdesKey theirs) {
        this.ours = ours;
        this.theirs = theirs;
        this.toPeer = context(ours);
        this.fromPeer = context(theirs);
    }

    /** The keys of the latest descriptions. */
    void keys(SdesKey latestOurs, SdesKey latestTheirs) {
        if (!latestOurs.same(ours)) {
            Retired before = retired;
            retired = new Retired(ours, toPeer);
            ours = latestOurs;
            toPeer = before != null && before.key.same(latestOurs) ? before.context : context(latestOurs);
        }
        if (!latestTheirs.same(theirs)) {
            theirs = latestTheirs;
            former = new Former(fromPeer);
            fromPeer = context(latestTheirs);
        }
    }

    /** As {@link SrtpContext#protect}. */
    int protect(byte[] bytes, int offset, int length) {
        return toPeer.protect(bytes, offset, length);
    }

    /** As {@link SrtpContext#protectRtcp}. */
    int protectRtcp(byte[] bytes, int offset, int length) {
        return toPeer.protectRtcp(bytes, offset, length);
    }

    /**
     * As {@link SrtpContext#unprotect}.
     *
     * @param latched whether the packet comes from where the peer's media came from before
     */
    int unprotect(byte[] bytes, int offset, int length, boolean latched) {
        Former before = former;
        if (before == null) {
            return fromPeer.unprotect(bytes, offset, length);
        }
        keep(before, bytes, offset, length);
        int plainLength = fromPeer.unprotect(bytes, offset, length);
        if (isLast(plainLength, length, latched)) {
            return plainLength;
        }
        System.arraycopy(before.packet, 0, bytes, offset, length);
        return before.context.unprotect(bytes, offset, length);
    }

    /** As {@link SrtpContext#unprotectRtcp}; see {@link #unprotect}. */
    int unprotectRtcp(byte[] bytes, int offset, int length, boolean latched) {
        Former before = former;
        if (before == null) {
            return fromPeer.unprotectRtcp(bytes, offset, length);
        }
        keep(before, bytes, offset, length);
        int plainLength = fromPeer.unprotectRtcp(bytes, offset, length);
        if (isLast(plainLength, length, latched)) {
            return plainLength;
        }
        System.arraycopy(before.packet, 0, bytes, offset, length);
        return before.context.unprotectRtcp(bytes, offset, length);
    }

    private static void keep(Former before, byte[] bytes, int offset, int length) {
        System.arraycopy(bytes, offset, before.packet, 0, Math.min(length, TWICE_LIMIT));
    }

    /** Whether the attempt under the present key was the last one; its success ends the former key's time. */
    private boolean isLast(int plainLength, int length, boolean latched) {
        if (plainLength >= 0) {
            former = null;
        }
        return plainLength >= 0 || !latched || length > TWICE_LIMIT;
    }

    private static SrtpContext context(SdesKey key) {
        return new SrtpContext(key.profile(), key.masterKey(), key.masterSalt(), key.mki());
    }
}
