package io.llmtwin.monitoring;

import io.llmtwin.retrieval.Passage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * What requests came to, in metrics: how many by status, how long their steps took, what they were warned of, what
 * they cost, and what was found for them. Counts those whose record keeps no text as well.
 */
@Component
final class RequestMeter {
    private final MeterProvider<Counter> requests;
    private final MeterProvider<Counter> warnings;
    private final MeterProvider<Counter> tokens;
    private final MeterProvider<Timer> steps;
    private final MeterProvider<Counter> stepErrors;
    private final Timer firstToken;
    private final DistributionSummary sources;
    private final DistributionSummary score;
    private final Counter cost;

    RequestMeter(MeterRegistry registry) {
        this.requests = Counter.builder("llm.twin.requests")
                .description("Requests that the pipeline dealt with")
                .withRegistry(registry);
        this.warnings = Counter.builder("llm.twin.warnings")
                .description("Answers that were degraded, by warning")
                .withRegistry(registry);
        this.tokens = Counter.builder("llm.twin.tokens")
                .description("Tokens as the language model's server counted them")
                .withRegistry(registry);
        this.steps = Timer.builder("llm.twin.step")
                .description("How long the steps of requests took")
                .withRegistry(registry);
        this.stepErrors = Counter.builder("llm.twin.step.errors")
                .description("Steps of requests that failed")
                .withRegistry(registry);
        this.firstToken = Timer.builder("llm.twin.first.token")
                .description("Time from the beginning of a request to the first token of its answer")
                .register(registry);
        this.sources = DistributionSummary.builder("llm.twin.retrieval.sources")
                .description("Sources that an answer was made from, of requests that asked for some")
                .register(registry);
        this.score = DistributionSummary.builder("llm.twin.retrieval.score")
                .description("Score of an answer's best source, by the last stage that ranked it, in hundredths")
                // a histogram counts whole numbers
                .baseUnit("percent")
                .scale(100)
                .register(registry);
        this.cost = Counter.builder("llm.twin.cost")
                .description("What the language model cost")
                .baseUnit("dollars")
                .register(registry);
        // there before the first request, so that a rate has something to begin from
        for (String status : List.of("ok", "error", "cancelled")) {
            requests.withTag("status", status);
        }
        for (String type : List.of("prompt", "completion")) {
            tokens.withTag("type", type);
        }
    }

    void count(PromptRecord record) {
        requests.withTag("status", record.status()).increment();
        record.warnings()
                .forEach(warning -> warnings.withTag("warning", warning).increment());
        record.timings().forEach((step, milliseconds) -> steps.withTag("step", step)
                .record(nanoseconds(milliseconds), TimeUnit.NANOSECONDS));
        // a step that was broken off because its client left has not failed
        boolean left = record.status().equals("cancelled");
        record.steps()
                .forEach(step ->
                        stepErrors.withTag("step", step.name()).increment(step.error() == null || left ? 0 : 1));
        if (record.timeToFirstToken() != null) {
            firstToken.record(nanoseconds(record.timeToFirstToken()), TimeUnit.NANOSECONDS);
        }
        if (record.usage() != null) {
            tokens.withTag("type", "prompt").increment(record.usage().promptTokens());
            tokens.withTag("type", "completion").increment(record.usage().completionTokens());
        }
        cost.increment(record.cost());
    }

    /** What was found for a request that asked for sources, passages mostly: routes may be anybody's. */
    void count(List<?> found) {
        sources.record(found.size());
        found.stream()
                .filter(Passage.class::isInstance)
                .mapToDouble(source -> ((Passage) source).score())
                .max()
                .ifPresent(score::record);
    }

    private static long nanoseconds(double milliseconds) {
        return Math.round(milliseconds * 1e6);
    }
}
