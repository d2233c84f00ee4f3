/**
 * Session descriptions (RFC 8866): reading them leniently, writing them strictly, and the attributes that a call needs.
 */
package offhook.media.sdp;
