package offhook.server.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a key means, and what it is when nobody sets it. The documentation is made from this. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
    /** One or two sentences for the person who sets it. */
    String value();

    /** The default, written as the environment would have it. Empty for nothing. */
    String standard() default "";

    /** Least number allowed. */
    int min() default 0;

    /** Greatest number allowed. */
    int max() default Integer.MAX_VALUE;
}
