package offhook.call.switchboard;

/** What a switchboard counts. Written by its owner; metrics read it on the owner's thread too. */
public final class SwitchboardCounts {
    private long callsOpened;
    private long callsRefused;
    private long strayDatagrams;
    private long malformedSip;
    private long faults;

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

    /** Defects of ours, contained where they showed. */
    public long faults() {
        return faults;
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

    void fault() {
        faults++;
    }
}
