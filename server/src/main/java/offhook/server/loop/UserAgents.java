package offhook.server.loop;

import offhook.call.Account;
import offhook.call.AgentCommand;

/**
 * What a session sees of the loop that owns its user agent. From any thread; nothing waits. Each method returns false
 * when the loop has no room for it, and then nothing of it happens.
 */
public interface UserAgents {
    /**
     * Opens a user agent, and registers it if the account says so. When the loop cannot take another one the listener
     * hears {@code RegistrationFailed} and {@code Closed}.
     *
     * @param agentId unique among all agents
     */
    boolean open(String agentId, Account account, AgentListener listener);

    /** Has the agent do something. For an agent that is gone the listener, if there still is one, hears {@code Ended}. */
    boolean command(String agentId, AgentCommand command);

    /** Ends the agent's calls and withdraws its registration; {@code Closed} follows. */
    boolean close(String agentId);
}
