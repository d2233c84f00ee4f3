package offhook.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a test tries against whom: a line of {@code docs/interop.md}, which the run of all tests makes. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Tried.All.class)
public @interface Tried {
    /** In words for readers who choose a PBX or a phone. */
    String what();

    Peer[] with();

    /** Several lines of one test. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface All {
        Tried[] value();
    }
}
