/** One direction of one medium through a call, and how the two sides' payload types map. Knows neither leg. */
package offhook.call.bridge;
