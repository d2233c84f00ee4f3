package offhook.call.switchboard;

import offhook.call.bridge.PathCounts;
import offhook.call.leg.DropCounts;

/** What a switchboard counts. Written by its owner; metrics read it on the owner's thread too. */
public final class SwitchboardCounts {
    private long callsOpened;
    private long callsRefused;
    private long strayDatagrams;
    private long malformedSip;
    private long sipFloods;
    private long faults;
    private long contestedAddresses;
    private final DropCounts browserDrops = new DropCounts();
    private final DropCounts sipDrops = new DropCounts();
    private final PathCounts toSip = new PathCounts();
    private final PathCounts toBrowser = new PathCounts();

    /** Calls begun, in either direction. */
    public long callsOpened() {
        return callsOpened;
    }

    /** Calls refused because of a limit or for want of ports. */
    public long callsRefused() {
        return callsRefused;
    }

    /** Datagrams at the browser port that belong to no call. */
    public long strayDatagrams() {
        return strayDatagrams;
    }

    /** SIP messages that could not be parsed. */
    public long malformedSip() {
        return malformedSip;
    }

    /** Re-INVITEs and UPDATEs that were put off because their peers sent too many. */
    public long sipFloods() {
        return sipFloods;
    }

    /** Defects of ours, contained where they showed. */
    public long faults() {
        return faults;
    }

    /** Checks by which one call's browser claimed the address of another's: forged, or a NAT that confuses the two. */
    public long contestedAddresses() {
        return contestedAddresses;
    }

    /** What fell by the way on the browsers' side. */
    public DropCounts browserDrops() {
        return browserDrops;
    }

    /** What fell by the way on the SIP peers' side. */
    public DropCounts sipDrops() {
        return sipDrops;
    }

    /** Media from browsers to SIP peers. */
    public PathCounts toSip() {
        return toSip;
    }

    /** Media from SIP peers to browsers. */
    public PathCounts toBrowser() {
        return toBrowser;
    }

    void callOpened() {
        callsOpened++;
    }

    void callRefused() {
        callsRefused++;
    }

    void strayDatagram() {
        strayDatagrams++;
    }

    void sipMalformed() {
        malformedSip++;
    }

    void sipFloods(long all) {
        sipFloods = all;
    }

    void fault() {
        faults++;
    }

    void contestedAddress() {
        contestedAddresses++;
    }
}
