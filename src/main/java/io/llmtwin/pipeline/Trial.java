package io.llmtwin.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** What a pipeline goes through before it serves: it is checked, started, asked a few questions, and judged. */
@Component
final class Trial implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Trial.class);
    private static final String PROBE = "probe";

    /** How long requests that are still in a revision have to leave it when the service stops. */
    private static final long LAST_SECONDS = 10;

    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    private final ExecutorService closing = Executors.newSingleThreadExecutor(new ThreadFactoryBuilder()
            .setNameFormat("revision-close")
            .setDaemon(true)
            .build());
    private final RevisionLoader loader;
    private final PipelineLocation location;
    private final Probe probe;
    private final ObjectProvider<ActivationGate> gates;

    Trial(
            RevisionContexts contexts,
            List<PipelineCheck> checks,
            StartFailures failures,
            PipelineLocation location,
            Rehearsals rehearsals,
            ObjectProvider<ActivationGate> gates) {
        this.loader = new RevisionLoader(contexts, checks, failures, closing);
        this.location = location;
        this.probe = new Probe(rehearsals, this::questions);
        this.gates = gates;
    }

    /**
     * A revision of {@code source}, which has been through its trial before, that is up.
     *
     * @throws RejectedPipelineException if it can't be started any more
     */
    Revision startAgain(PipelineSource source) throws RejectedPipelineException {
        return loader.start(source);
    }

    /**
     * A revision of {@code source} that is checked and up.
     *
     * @throws RejectedPipelineException if something is wrong with it
     */
    Revision start(PipelineSource source) throws RejectedPipelineException {
        loader.check(source);
        return loader.start(source);
    }

    /**
     * A revision of {@code source} that is up and may serve.
     *
     * @param active the one that serves, to compare with
     * @throws RejectedPipelineException if it can't be started, or answers worse than it should
     */
    Revision admit(PipelineSource source, @Nullable Revision active) throws RejectedPipelineException {
        Revision candidate = probed(source, active);
        return accepted(candidate, () -> gates.stream()
                .map(gate -> gate.judge(candidate))
                .filter(problems -> !problems.isEmpty())
                .findFirst()
                .orElse(List.of()));
    }

    /**
     * A revision of {@code source} that is up and answers, whatever a gate would say of its answers.
     *
     * @param active the one that serves, to compare with
     * @throws RejectedPipelineException if it can't be started, or doesn't answer
     */
    Revision probed(PipelineSource source, @Nullable Revision active) throws RejectedPipelineException {
        Revision candidate = start(source);
        return accepted(candidate, () -> probe.judge(candidate, active));
    }

    /** {@code candidate}, if {@code judgement} finds nothing wrong with it; else it is closed. */
    private static Revision accepted(Revision candidate, Supplier<List<PipelineProblem>> judgement)
            throws RejectedPipelineException {
        List<PipelineProblem> problems;
        try {
            problems = judgement.get();
        } catch (RuntimeException | Error e) {
            candidate.retire();
            throw e;
        }
        if (!problems.isEmpty()) {
            candidate.retire();
            throw new RejectedPipelineException(problems);
        }
        return candidate;
    }

    private List<String> questions() {
        String cases = location.evaluations().get(PROBE);
        List<String> questions = new ArrayList<>();
        try {
            for (JsonNode one : yaml.readTree(cases == null ? "" : cases).path("cases")) {
                questions.add(one.path("question").asText());
            }
        } catch (IOException e) {
            LOG.warn(
                    "evals/{}.yaml can't be read, so that no question is asked of a pipeline: {}", PROBE, e.toString());
        }
        return questions;
    }

    @Override
    public void close() {
        closing.shutdown();
        try {
            if (!closing.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a revision of the pipeline could not be closed in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
