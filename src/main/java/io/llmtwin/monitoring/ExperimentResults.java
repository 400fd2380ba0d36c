package io.llmtwin.monitoring;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.pipeline.Experiment;
import io.llmtwin.pipeline.Revisions;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code experimentResults}: what came of the arms of an experiment, read from the journal. Each time it is asked
 * it reads on from where it was, so that a request costs nothing and a restart loses nothing.
 */
@Component("experimentResults")
public final class ExperimentResults {
    private static final int MOST_ENTRIES = 1_000;
    private static final long MOST_BYTES = 16 << 20;

    private final Revisions revisions;
    private final Journal journal;
    private final ObjectMapper json;
    private final Map<String, ArmResult> arms = new LinkedHashMap<>();
    private final Map<UUID, ArmResult> armOfTrace = new HashMap<>();
    private @Nullable String counted;
    private Position position = Position.START;

    ExperimentResults(Revisions revisions, Journal journal, ObjectMapper json) {
        this.revisions = revisions;
        this.journal = journal;
        this.json = json;
    }

    /**
     * The experiment that runs, or the last one, with its results so far.
     *
     * @throws UnknownExperimentException if there never was one
     */
    public synchronized View current() throws IOException {
        Experiment experiment = revisions.experiment().orElseThrow(UnknownExperimentException::new);
        if (!experiment.id().equals(counted)) {
            begin(experiment);
        }
        readOn(experiment);
        return new View(
                experiment.id(),
                experiment.started(),
                experiment.ended(),
                arms.values().stream().map(ArmResult::view).toList());
    }

    private void begin(Experiment experiment) {
        counted = experiment.id();
        position = Position.START;
        arms.clear();
        armOfTrace.clear();
        experiment.arms().forEach(arm -> arms.put(arm.revision(), new ArmResult(arm)));
    }

    private void readOn(Experiment experiment) throws IOException {
        while (true) {
            Batch batch = journal.read(position, MOST_ENTRIES, MOST_BYTES);
            for (Entry entry : batch.entries()) {
                // not after the batch: one that can't be read must not have those before it counted again
                position = entry.position();
                if (!entry.time().isBefore(experiment.started())) {
                    count(entry, experiment);
                }
            }
            if (batch.next().equals(position)) {
                return;
            }
            position = batch.next();
        }
    }

    private void count(Entry entry, Experiment experiment) throws IOException {
        switch (entry.kind()) {
            case PROMPT -> countPrompt(entry, experiment);
            case FEEDBACK -> countFeedback(entry);
            case DELETION -> {
                // the numbers that were counted say nothing of who asked what
            }
        }
    }

    private void countFeedback(Entry entry) throws IOException {
        ArmResult arm = armOfTrace.get(entry.traceId());
        if (arm != null) {
            arm.score(
                    entry.traceId(),
                    json.readValue(entry.content(), Feedback.class).score());
        }
    }

    private void countPrompt(Entry entry, Experiment experiment) throws IOException {
        Outcome outcome = json.readValue(entry.content(), Outcome.class);
        ArmResult arm = outcome.experiment == null || !outcome.experiment.id().equals(experiment.id())
                ? null
                : arms.get(outcome.experiment.arm());
        if (arm != null) {
            arm.count(outcome);
            armOfTrace.put(entry.traceId(), arm);
        }
    }

    /** An experiment and what came of it so far. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(SnakeCaseStrategy.class)
    public record View(String id, Instant started, @Nullable Instant ended, List<ArmResult.View> arms) {}

    /** Of a {@link PromptRecord} what results are made of. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(SnakeCaseStrategy.class)
    record Outcome(
            String status,
            Experiment.@Nullable Place experiment,
            List<String> warnings,
            ChatCompletion.@Nullable Usage usage,
            double cost,
            Map<String, Double> timings) {}
}
