package offhook.server.loop;

import offhook.call.AgentEvent;

/** Hears what happens to one user agent. Called on the loop's thread: it hands the event on and returns at once. */
@FunctionalInterface
public interface AgentListener {
    void onEvent(AgentEvent event);
}
