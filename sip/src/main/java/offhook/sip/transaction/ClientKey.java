package offhook.sip.transaction;

/**
 * What a response and its client transaction have in common (RFC 3261 section 17.1.3).
 *
 * @param branch compared letter by letter: a peer that changes the case of our branch answers nobody
 * @param method of CSeq, for a CANCEL shares the INVITE's branch
 */
record ClientKey(String branch, String method) {}
