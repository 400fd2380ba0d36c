package io.llmtwin.pipeline.check;

import io.llmtwin.pipeline.PipelineProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The problems found so far. Of several at one place the first counts: what comes after it is mostly its consequence. */
final class Findings {
    private final Map<Place, PipelineProblem> problems = new LinkedHashMap<>();

    private record Place(
            @Nullable String file,
            @Nullable Integer line,
            @Nullable Integer column,
            @Nullable String reason) {}

    void add(PipelineProblem problem) {
        Place place = new Place(
                problem.file(), problem.line(), problem.column(), problem.line() == null ? problem.reason() : null);
        problems.putIfAbsent(place, problem);
    }

    void add(String file, @Nullable Integer line, @Nullable Integer column, String reason, @Nullable String meant) {
        add(new PipelineProblem(file, line, column, reason, meant));
    }

    void add(String file, String reason) {
        add(file, null, null, reason, null);
    }

    void add(String file, Optional<Mark> mark, String reason, @Nullable String meant) {
        add(PipelineProblem.at(file, mark, reason, meant));
    }

    void add(String file, Node node, String reason, @Nullable String meant) {
        add(file, node.getStartMark(), reason, meant);
    }

    /** Something at {@code index} of the text of {@code scalar}; at its beginning where the text is folded. */
    void add(String file, ScalarNode scalar, int index, String reason, @Nullable String meant) {
        Optional<Mark> start = scalar.getStartMark();
        boolean onOneLine = start.isPresent()
                && scalar.getEndMark().isPresent()
                && scalar.getEndMark().get().getLine() == start.get().getLine();
        int quote = scalar.getScalarStyle() == ScalarStyle.PLAIN ? 0 : 1;
        if (onOneLine && index >= 0) {
            Mark mark = start.get();
            add(file, mark.getLine() + 1, mark.getColumn() + 1 + quote + index, reason, meant);
        } else {
            add(file, start, reason, meant);
        }
    }

    List<PipelineProblem> all() {
        return new ArrayList<>(problems.values());
    }
}
