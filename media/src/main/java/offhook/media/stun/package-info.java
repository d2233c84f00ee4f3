/** Session Traversal Utilities for NAT (RFC 8489), as far as ICE connectivity checks need it. */
package offhook.media.stun;
