package offhook.server.config;

import java.util.List;

/** The configuration cannot be used. Lists everything that is wrong, one sentence each; no secret is repeated. */
public final class ConfigurationException extends RuntimeException {
    private final List<String> problems;

    /** @param problems one sentence each, beginning with the key that it is about */
    public ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
