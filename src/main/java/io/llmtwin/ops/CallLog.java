package io.llmtwin.ops;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The {@link LastCalls} of every upstream that has a circuit breaker. Thread-safe. */
@Component
final class CallLog {
    private final Map<String, LastCalls> calls = new ConcurrentHashMap<>();

    CallLog(CircuitBreakerRegistry breakers) {
        breakers.getEventPublisher().onEntryAdded(event -> of(event.getAddedEntry()));
        breakers.getAllCircuitBreakers().forEach(this::of);
    }

    LastCalls of(CircuitBreaker breaker) {
        return calls.computeIfAbsent(breaker.getName(), name -> new LastCalls(breaker));
    }
}
