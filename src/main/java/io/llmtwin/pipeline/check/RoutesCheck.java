package io.llmtwin.pipeline.check;

import io.llmtwin.pipeline.PipelineCheck;
import io.llmtwin.pipeline.PipelineProblem;
import java.util.List;
import java.util.SortedMap;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Reads a candidate's routes and templates as Camel and Mustache will, and finds what would keep it from starting, and
 * much of what would only show in a request. Says nothing of what an earlier problem in the same place explains.
 */
@Component
@Order(0)
final class RoutesCheck implements PipelineCheck {
    private final RouteFiles files;
    private final List<Rule> rules;

    RoutesCheck(RouteFiles files, Vocabulary vocabulary) {
        this.files = files;
        this.rules = List.of(
                new IdRule(),
                new DirectRule(),
                new VariableRule(),
                new TemplateRule(vocabulary),
                new EndlessLoopRule());
    }

    @Override
    public List<PipelineProblem> check(SortedMap<String, String> texts) {
        Findings findings = new Findings();
        Candidate candidate = Candidate.read(texts, files, findings);
        rules.forEach(rule -> rule.check(candidate, findings));
        return findings.all();
    }
}
