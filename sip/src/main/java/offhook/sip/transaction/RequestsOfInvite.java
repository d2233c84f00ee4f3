package offhook.sip.transaction;

import offhook.sip.message.CSeq;
import offhook.sip.message.HeaderName;
import offhook.sip.message.Headers;
import offhook.sip.message.SipMethod;
import offhook.sip.message.SipRequest;
import offhook.sip.message.SipResponse;

/** The two requests that a client transaction makes out of its INVITE. */
final class RequestsOfInvite {
    private RequestsOfInvite() {}

    /** The CANCEL (RFC 3261 section 9.1). */
    static SipRequest cancel(SipRequest invite, Headers extra) {
        Headers headers = alike(SipMethod.CANCEL, invite, invite.headers());
        for (Headers.Field field : extra.fields()) {
            headers = headers.append(field.name(), field.value());
        }
        return SipRequest.of(SipMethod.CANCEL, invite.uri(), headers);
    }

    /** The ACK for a final response that is no 2xx (RFC 3261 section 17.1.1.3): its To carries the response's tag. */
    static SipRequest ack(SipRequest invite, SipResponse response) {
        return SipRequest.of(SipMethod.ACK, invite.uri(), alike(SipMethod.ACK, invite, response.headers()));
    }

    /** The headers that lead the request the same way as the INVITE and into the same transaction. */
    private static Headers alike(String method, SipRequest invite, Headers to) {
        Headers headers = invite.headers();
        return Headers.NONE
                .with(HeaderName.VIA, headers.via())
                .with(HeaderName.MAX_FORWARDS, MAX_FORWARDS)
                .withAllOf(HeaderName.FROM, headers)
                .withAllOf(HeaderName.TO, to)
                .withAllOf(HeaderName.CALL_ID, headers)
                .with(HeaderName.CSEQ, new CSeq(headers.cseq().number(), method))
                .withAllOf(HeaderName.ROUTE, headers);
    }

    /** RFC 3261 section 8.1.1.6. */
    private static final String MAX_FORWARDS = "70";
}
