package io.llmtwin.keys;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.stereotype.Component;

/** The {@link Allowance} of each key. One that is given other limits starts afresh. Thread-safe. */
@Component
public final class Allowances {
    private static final Allowance UNLIMITED = new Allowance(Limits.NONE);

    private final ConcurrentMap<String, Allowance> byKey = new ConcurrentHashMap<>();

    Allowances() {}

    /** What {@code caller} has left. */
    public Allowance of(Caller caller) {
        if (caller.name() == null || caller.limits().equals(Limits.NONE)) {
            return UNLIMITED;
        }
        return byKey.compute(
                caller.name(),
                (name, known) -> known != null && known.limits().equals(caller.limits())
                        ? known
                        : new Allowance(caller.limits()));
    }
}
