package io.llmtwin.monitoring.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.monitoring.PromptRecord;
import io.llmtwin.pipeline.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a request as monitoring services show one: with what went in, what came out, and the step that it is part of.
 *
 * @param number from 1 on, in the order in which the steps of the request began
 * @param name of the route: {@code expand}, {@code retrieve}, {@code rerank}, {@code prompt}, {@code llm}, …
 * @param error class of the exception that it ended with; null where it ended well
 * @param parent the innermost step within which it ran; null where there is none
 * @param input what it worked on
 * @param output what came of it
 */
public record RecordedStep(
        int number,
        String name,
        Instant start,
        Instant end,
        @Nullable String error,
        @Nullable RecordedStep parent,
        ObjectNode input,
        ObjectNode output) {
    private static final String MODEL_CALL = "llm";
    private static final String PROMPT = "prompt";

    /** Ends are rounded more coarsely than starts, so a step may seem to outlive the one around it. */
    private static final Duration ROUNDING = Duration.ofNanos(20_000);

    /** Whether this is the call of the language model. */
    public boolean isModelCall() {
        return name.equals(MODEL_CALL);
    }

    /** Whether this is a step of every request, and not only of one that is searched for. */
    public boolean isOfASinglePrompt() {
        return isModelCall() || name.equals(PROMPT);
    }

    /** Milliseconds that it took. */
    public double milliseconds() {
        return Duration.between(start, end).toNanos() / 1e6;
    }

    /** The steps of {@code record}, in the order in which they began. */
    public static List<RecordedStep> of(PromptRecord record, ObjectMapper json) {
        List<Step> steps = new ArrayList<>(record.steps());
        steps.sort(Comparator.comparing(Step::start).thenComparing(Step::milliseconds, Comparator.reverseOrder()));
        List<RecordedStep> recorded = new ArrayList<>();
        for (Step step : steps) {
            Instant end = step.start().plusNanos((long) (step.milliseconds() * 1e6));
            recorded.add(new RecordedStep(
                    recorded.size() + 1,
                    step.name(),
                    step.start(),
                    end,
                    step.error(),
                    innermost(recorded, end),
                    input(step.name(), record, json),
                    output(step.name(), record, json)));
        }
        return recorded;
    }

    /** The last of the steps that began before, and had not ended at {@code end}. */
    private static @Nullable RecordedStep innermost(List<RecordedStep> before, Instant end) {
        for (int i = before.size() - 1; i >= 0; i--) {
            if (!before.get(i).end.plus(ROUNDING).isBefore(end)) {
                return before.get(i);
            }
        }
        return null;
    }

    private static ObjectNode input(String step, PromptRecord record, ObjectMapper json) {
        ObjectNode input = json.createObjectNode();
        switch (step) {
            case "condense" -> {
                put(input, "query", record.query(), json);
                put(input, "conversation", record.conversation(), json);
            }
            case "retrieve" -> {
                put(input, "queries", record.queries(), json);
                put(input, "author", record.author(), json);
            }
            case "rerank" -> {
                put(input, "query", record.query(), json);
                put(input, "passages", record.retrieved(), json);
            }
            case PROMPT -> {
                put(input, "template", record.template(), json);
                put(input, "sources", record.sources(), json);
            }
            case MODEL_CALL -> {
                put(input, "prompt", record.prompt(), json);
                put(input, "conversation", record.conversation(), json);
            }
            default -> put(input, "query", record.query(), json);
        }
        return input;
    }

    private static ObjectNode output(String step, PromptRecord record, ObjectMapper json) {
        ObjectNode output = json.createObjectNode();
        switch (step) {
            case "expand" -> put(output, "queries", record.queries(), json);
            case "author" -> put(output, "author", record.author(), json);
            case "retrieve" -> put(output, "passages", record.retrieved(), json);
            case "rerank" -> put(output, "passages", record.sources(), json);
            case PROMPT -> put(output, "prompt", record.prompt(), json);
            case MODEL_CALL -> put(output, "answer", record.answer(), json);
            default -> {}
        }
        return output;
    }

    private static void put(ObjectNode node, String name, @Nullable Object value, ObjectMapper json) {
        if (value != null) {
            node.set(name, json.valueToTree(value));
        }
    }
}
