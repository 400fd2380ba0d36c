package io.llmtwin.monitoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * What requests came to, in metrics: how many by status, how long their steps took, what they were warned of, and what
 * they cost. Counts those whose record keeps no text as well.
 */
@Component
final class RequestMeter {
    private final MeterRegistry registry;

    RequestMeter(MeterRegistry registry) {
        this.registry = registry;
        for (String status : new String[] {"ok", "error", "cancelled"}) {
            requests(status);
        }
        tokens("prompt");
        tokens("completion");
        cost();
    }

    void count(PromptRecord record) {
        requests(record.status()).increment();
        record.warnings().forEach(warning -> warnings(warning).increment());
        record.timings().forEach((step, milliseconds) -> timer("llm.twin.step", "step", step)
                .record(Math.round(milliseconds * 1e6), TimeUnit.NANOSECONDS));
        if (record.timeToFirstToken() != null) {
            Timer.builder("llm.twin.first.token")
                    .description("Time from the beginning of a request to the first token of its answer")
                    .register(registry)
                    .record(Math.round(record.timeToFirstToken() * 1e6), TimeUnit.NANOSECONDS);
        }
        if (record.usage() != null) {
            tokens("prompt").increment(record.usage().promptTokens());
            tokens("completion").increment(record.usage().completionTokens());
        }
        cost().increment(record.cost());
    }

    private Counter requests(String status) {
        return counter("llm.twin.requests", "Requests that the pipeline dealt with", Map.of("status", status));
    }

    private Counter warnings(String warning) {
        return counter("llm.twin.warnings", "Answers that were degraded, by warning", Map.of("warning", warning));
    }

    private Counter tokens(String type) {
        return counter("llm.twin.tokens", "Tokens as the language model's server counted them", Map.of("type", type));
    }

    private Counter cost() {
        return Counter.builder("llm.twin.cost")
                .description("What the language model cost")
                .baseUnit("dollars")
                .register(registry);
    }

    private Timer timer(String name, String tag, String value) {
        return Timer.builder(name)
                .description("How long the steps of requests took")
                .tag(tag, value)
                .register(registry);
    }

    private Counter counter(String name, String description, Map<String, String> tags) {
        Counter.Builder counter = Counter.builder(name).description(description);
        tags.forEach(counter::tag);
        return counter.register(registry);
    }
}
