package io.llmtwin.monitoring;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.llmtwin.pipeline.PipelineCheck;
import io.llmtwin.pipeline.PipelineProblem;
import io.llmtwin.pipeline.check.Spelling;
import io.llmtwin.pipeline.check.YamlNodes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Looks whether the rules of redaction of a pipeline are any. */
@Component
@Order(1)
final class RedactionCheck implements PipelineCheck {
    private static final String NO_RULES = "these are no rules of redaction";

    @Override
    public List<PipelineProblem> check(SortedMap<String, String> files) {
        String rules = files.get(RedactionRules.FILE);
        if (rules == null) {
            return List.of();
        }
        try {
            Redaction.parse(rules);
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(problem(rules, e));
        }
    }

    private static PipelineProblem problem(String rules, IllegalArgumentException e) {
        if (e.getCause() instanceof UnrecognizedPropertyException unknown) {
            TreeSet<String> known = new TreeSet<>();
            unknown.getKnownPropertyIds().forEach(id -> known.add(String.valueOf(id)));
            String name = unknown.getPropertyName();
            return at(
                    place(rules, unknown),
                    "`" + name + "` is not known here; there are " + String.join(", ", known),
                    Spelling.closest(name, known));
        }
        if (e.getCause() instanceof MismatchedInputException mismatched
                && !String.valueOf(mismatched.getOriginalMessage()).startsWith("Missing required")) {
            return at(place(rules, mismatched), expected(mismatched.getTargetType()), null);
        }
        if (e.getCause() instanceof JsonMappingException mapping) {
            return at(place(rules, mapping), reason(e), null);
        }
        JsonLocation location = e.getCause() instanceof JsonProcessingException cause ? cause.getLocation() : null;
        return location == null
                ? at(Optional.empty(), reason(e), null)
                : new PipelineProblem(
                        RedactionRules.FILE, location.getLineNr(), location.getColumnNr(), reason(e), null);
    }

    /** Jackson's own words for this name our classes. */
    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return NO_RULES;
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "a list is expected here";
        }
        if (type == boolean.class) {
            return "true or false is expected here";
        }
        if (type == int.class) {
            return "a whole number is expected here";
        }
        return type == String.class ? "a text is expected here" : "a mapping of keys to values is expected here";
    }

    private static PipelineProblem at(Optional<Mark> place, String reason, @Nullable String suggestion) {
        return PipelineProblem.at(RedactionRules.FILE, place, reason, suggestion);
    }

    /** What is behind Jackson's own message, which names our classes, but before RE2's, which names no rule. */
    private static String reason(IllegalArgumentException e) {
        Throwable told = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException || cause instanceof JsonProcessingException) {
                told = cause;
            }
        }
        if (told instanceof StreamConstraintsException) {
            return "this is longer, or nested deeper, than rules are";
        }
        if (told instanceof ValueInstantiationException) {
            return NO_RULES;
        }
        String message = told instanceof JsonProcessingException json ? json.getOriginalMessage() : told.getMessage();
        boolean ofClasses =
                told instanceof JsonMappingException && String.valueOf(message).contains("`");
        return ofClasses
                ? NO_RULES
                : String.valueOf(message).lines().findFirst().orElse(NO_RULES);
    }

    /** Where that stands which {@code e} is about: Jackson knows its name only, and where it had read to by then. */
    private static Optional<Mark> place(String rules, JsonMappingException e) {
        try {
            Node node = new Compose(LoadSettings.builder().build())
                    .composeString(rules)
                    .orElse(null);
            for (JsonMappingException.Reference step : e.getPath()) {
                Node next = node == null ? null : below(node, step);
                if (next instanceof ScalarNode || next == null) {
                    return key(node, step).or(() -> Optional.ofNullable(next).flatMap(Node::getStartMark));
                }
                node = next;
            }
            return node == null ? Optional.empty() : node.getStartMark();
        } catch (YamlEngineException | StackOverflowError notEvenYaml) {
            return Optional.empty();
        }
    }

    private static @Nullable Node below(Node node, JsonMappingException.Reference step) {
        return node instanceof SequenceNode
                ? YamlNodes.item(node, step.getIndex()).orElse(null)
                : YamlNodes.entry(node, step.getFieldName())
                        .map(NodeTuple::getValueNode)
                        .orElse(null);
    }

    private static Optional<Mark> key(@Nullable Node node, JsonMappingException.Reference step) {
        return Optional.ofNullable(node)
                .flatMap(around -> YamlNodes.entry(around, step.getFieldName()))
                .map(NodeTuple::getKeyNode)
                .flatMap(Node::getStartMark);
    }
}
