/**
 * The call: joins a browser's leg and a SIP leg. This package is the module's face: what a session may ask
 * ({@link offhook.call.AgentCommand}) and hear ({@link offhook.call.AgentEvent}), and the calls themselves.
 */
package offhook.call;
