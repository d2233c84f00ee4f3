/**
 * Dialogs and the calls in them (RFC 3261 sections 8, 11 to 15).
 *
 * <p>{@link offhook.sip.dialog.UserAgentCore} is the way in: it owns the transaction layer, finds the dialog of each
 * request and refuses what belongs to none. A call is a {@link offhook.sip.dialog.UacSession} or a {@link
 * offhook.sip.dialog.UasSession}, which tell their owner through a {@link offhook.sip.dialog.SessionListener}. Bodies are
 * opaque bytes here.
 */
@NullMarked
package offhook.sip.dialog;

import org.jspecify.annotations.NullMarked;
