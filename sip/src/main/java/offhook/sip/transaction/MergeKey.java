package offhook.sip.transaction;

import offhook.sip.message.CSeq;
import offhook.sip.message.Headers;
import offhook.sip.message.SipRequest;

/**
 * What two copies of one request have in common that reach us by different ways (RFC 3261 section 8.2.2.2).
 *
 * @param uri the Request-URI, which the RFC does not ask for: several users live here, each a user agent of its own, and
 *     a proxy that rings two of them at once sends two requests that differ in nothing else
 */
record MergeKey(String uri, String fromTag, String callId, CSeq cseq) {
    static MergeKey of(SipRequest request) {
        Headers headers = request.headers();
        return new MergeKey(request.uri().toString(), headers.from().tag(), headers.callId(), headers.cseq());
    }
}
