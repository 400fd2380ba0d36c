package io.llmtwin.evaluation;

import io.llmtwin.pipeline.PipelineProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads one file of {@code evals/}, and finds all that is wrong with it, each with its line and column. */
final class EvaluationReader {
    private static final int MOST_CASES = 1_000;
    private static final int LONGEST_TEXT = 20_000;
    private static final int MOST_TOKENS = 100_000;

    private static final List<String> FILE_KEYS = List.of("thresholds", "cases");
    private static final List<String> CASE_KEYS = List.of(
            "question",
            "author",
            "expect_sources",
            "must_contain",
            "must_not_contain",
            "reference_answer",
            "max_tokens");
    private static final List<String> MEASURES =
            Arrays.stream(Measure.values()).map(Measure::key).toList();

    private final String name;
    private final String file;
    private final List<PipelineProblem> problems = new ArrayList<>();

    private EvaluationReader(String name) {
        this.name = name;
        this.file = "evals/" + name + ".yaml";
    }

    /**
     * The evaluation that {@code text} is.
     *
     * @param name of the file, without its ending
     * @throws MalformedEvaluationException if it is none
     */
    static Evaluation read(String name, String text) {
        EvaluationReader reader = new EvaluationReader(name);
        Evaluation evaluation = reader.evaluation(text);
        if (evaluation == null || !reader.problems.isEmpty()) {
            throw new MalformedEvaluationException(reader.problems);
        }
        return evaluation;
    }

    private @Nullable Evaluation evaluation(String text) {
        Node root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(file).build())
                    .composeString(text)
                    .orElse(null);
        } catch (MarkedYamlEngineException e) {
            problem(e.getProblemMark().or(e::getContextMark), "this is no YAML: " + e.getProblem());
            return null;
        } catch (YamlEngineException | StackOverflowError e) {
            problem(Optional.empty(), "this is no YAML: " + e.getMessage());
            return null;
        }
        if (!(root instanceof MappingNode mapping)) {
            problem(
                    root == null ? Optional.empty() : root.getStartMark(),
                    "the file has to hold `cases`, a list of questions");
            return null;
        }
        Map<String, Node> entries = entries(mapping, FILE_KEYS);
        return new Evaluation(name, thresholds(entries.get("thresholds")), cases(mapping, entries.get("cases")));
    }

    private Map<Measure, Double> thresholds(@Nullable Node node) {
        Map<Measure, Double> thresholds = new EnumMap<>(Measure.class);
        if (node == null) {
            return thresholds;
        }
        if (!(node instanceof MappingNode mapping)) {
            problem(node, "`thresholds` has to hold measures and numbers, such as `hit_rate: 0.8`");
            return thresholds;
        }
        entries(mapping, MEASURES).forEach((key, value) -> {
            Double threshold = number(value);
            if (threshold == null || !(threshold >= 0 && threshold <= 1)) {
                problem(value, "`" + key + "` has to be a number from 0 to 1");
            } else {
                Measure.named(key).ifPresent(measure -> thresholds.put(measure, threshold));
            }
        });
        return thresholds;
    }

    private List<EvaluationCase> cases(Node file, @Nullable Node node) {
        List<EvaluationCase> cases = new ArrayList<>();
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            problem(node == null ? file : node, "`cases` has to be a list of one question or more");
            return cases;
        }
        if (sequence.getValue().size() > MOST_CASES) {
            problem(node, "there may be at most " + MOST_CASES + " cases");
            return cases;
        }
        for (Node one : sequence.getValue()) {
            if (one instanceof MappingNode mapping) {
                cases.add(oneCase(mapping));
            } else {
                problem(one, "a case has to have a `question`");
            }
        }
        return cases;
    }

    private EvaluationCase oneCase(MappingNode mapping) {
        Map<String, Node> entries = entries(mapping, CASE_KEYS);
        if (!entries.containsKey("question")) {
            problem(mapping, "a case has to have a `question`");
        }
        String question = text("question", entries.get("question"));
        return new EvaluationCase(
                name,
                mapping.getStartMark().map(mark -> mark.getLine() + 1).orElse(1),
                question == null ? "" : question,
                text("author", entries.get("author")),
                texts("expect_sources", entries.get("expect_sources")),
                texts("must_contain", entries.get("must_contain")),
                texts("must_not_contain", entries.get("must_not_contain")),
                text("reference_answer", entries.get("reference_answer")),
                maxTokens(entries.get("max_tokens")));
    }

    private @Nullable Integer maxTokens(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        Double tokens = number(node);
        if (tokens == null || tokens != Math.rint(tokens) || tokens < 1 || tokens > MOST_TOKENS) {
            problem(node, "`max_tokens` has to be a whole number from 1 to " + MOST_TOKENS);
            return null;
        }
        return tokens.intValue();
    }

    private List<String> texts(String key, @Nullable Node node) {
        List<String> texts = new ArrayList<>();
        if (node == null) {
            return texts;
        }
        if (!(node instanceof SequenceNode sequence)) {
            problem(node, "`" + key + "` has to be a list of texts");
            return texts;
        }
        for (Node one : sequence.getValue()) {
            String text = text(key, one);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    private @Nullable String text(String key, @Nullable Node node) {
        if (node == null) {
            return null;
        }
        if (!(node instanceof ScalarNode scalar)
                || Tag.NULL.equals(scalar.getTag())
                || scalar.getValue().isBlank()
                || scalar.getValue().length() > LONGEST_TEXT) {
            problem(node, "`" + key + "` has to be a text of at most " + LONGEST_TEXT + " characters, and not blank");
            return null;
        }
        return scalar.getValue();
    }

    private static @Nullable Double number(Node node) {
        if (node instanceof ScalarNode scalar
                && (Tag.INT.equals(scalar.getTag()) || Tag.FLOAT.equals(scalar.getTag()))) {
            try {
                return Double.valueOf(scalar.getValue());
            } catch (NumberFormatException e) {
                return null;
            }
        }
        return null;
    }

    private Map<String, Node> entries(MappingNode mapping, List<String> known) {
        Map<String, Node> entries = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
            if (!known.contains(key)) {
                problem(
                        tuple.getKeyNode(),
                        "`" + key + "` is no key here; those are "
                                + known.stream().map(one -> "`" + one + "`").collect(Collectors.joining(", ")));
            } else if (!seen.add(key)) {
                problem(tuple.getKeyNode(), "`" + key + "` stands here a second time");
            } else {
                entries.put(key, tuple.getValueNode());
            }
        }
        return entries;
    }

    private void problem(Node node, String reason) {
        problem(node.getStartMark(), reason);
    }

    private void problem(Optional<Mark> mark, String reason) {
        problems.add(PipelineProblem.at(file, mark, reason, null));
    }
}
