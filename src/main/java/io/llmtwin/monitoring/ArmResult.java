package io.llmtwin.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.pipeline.Experiment;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What came of one arm of an experiment. Used by one thread at a time. */
final class ArmResult {
    /** Of the standard normal distribution: 95 % of it lie within so many deviations. */
    private static final double Z = 1.959964;

    private static final int SIGNIFICANT_DIGITS = 3;

    private final Experiment.Arm arm;
    private final Histogram microseconds = new Histogram(SIGNIFICANT_DIGITS);
    private final Map<String, Integer> warnings = new TreeMap<>();
    private final Map<UUID, Double> scores = new HashMap<>();
    private int requests;
    private int errors;
    private long promptTokens;
    private long completionTokens;
    private double cost;

    ArmResult(Experiment.Arm arm) {
        this.arm = arm;
    }

    void count(ExperimentResults.Outcome outcome) {
        requests++;
        outcome.warnings().forEach(warning -> warnings.merge(warning, 1, Integer::sum));
        cost += outcome.cost();
        ChatCompletion.Usage usage = outcome.usage();
        if (usage != null) {
            promptTokens += usage.promptTokens();
            completionTokens += usage.completionTokens();
        }
        if (outcome.status().equals("error")) {
            errors++;
        } else if (outcome.status().equals("ok")) {
            microseconds.recordValue(Math.round(outcome.timings().getOrDefault("total", 0.0) * 1000));
        }
    }

    /** Feedback of {@code score} on a request of this arm, in place of any before it. */
    void score(UUID traceId, double score) {
        scores.put(traceId, score);
    }

    View view() {
        return new View(
                arm.revision(),
                arm.weight(),
                requests,
                errors,
                latency(),
                new Tokens(promptTokens, completionTokens),
                cost,
                feedback(),
                new TreeMap<>(warnings));
    }

    private Latency latency() {
        return microseconds.getTotalCount() == 0
                ? new Latency(null, null, null)
                : new Latency(
                        microseconds.getMean() / 1000,
                        microseconds.getValueAtPercentile(50) / 1000.0,
                        microseconds.getValueAtPercentile(95) / 1000.0);
    }

    /**
     * The mean with Wilson's score interval, which is right for thumbs up or down even where they are few, and too wide
     * rather than too narrow for scores between.
     */
    private Score feedback() {
        int n = scores.size();
        if (n == 0) {
            return new Score(0, null, null, null);
        }
        double mean = scores.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
        double middle = (mean + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double half = Z / (1 + Z * Z / n) * Math.sqrt(mean * (1 - mean) / n + Z * Z / (4.0 * n * n));
        return new Score(n, mean, Math.max(0, middle - half), Math.min(1, middle + half));
    }

    /**
     * An arm with its results.
     *
     * @param requests that have a record, whatever came of them
     * @param errors of these
     * @param cost in US dollars
     * @param warnings how many answers carry each
     */
    public record View(
            String revision,
            double weight,
            int requests,
            int errors,
            Latency latency,
            Tokens tokens,
            double cost,
            Score feedback,
            Map<String, Integer> warnings) {}

    /** Milliseconds of answers in full. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Latency(
            @Nullable Double mean,
            @Nullable Double p50,
            @Nullable Double p95) {}

    /** Tokens as the model's server counted them. */
    public record Tokens(long prompt, long completion) {}

    /** The mean of scores from 0 to 1, and the interval that it lies in with 95 % confidence. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Score(
            int count,
            @Nullable Double mean,
            @Nullable Double low,
            @Nullable Double high) {}
}
