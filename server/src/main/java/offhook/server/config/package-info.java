/** The one configuration file and the environment, read into records; every key has a default and a description. */
@NullMarked
package offhook.server.config;

import org.jspecify.annotations.NullMarked;
