package io.llmtwin.pipeline.check;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.llmtwin.pipeline.PipelineProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads route files, and holds each against all that is to be said of it alone. What was found is remembered by the
 * file's path and text, because an edit changes one file of many. Thread-safe.
 */
@Component
final class RouteFiles {
    private static final int REMEMBERED = 200;

    private final Cache<Text, Outcome> outcomes =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();
    /** The likelier a broken rule is the cause of others, the earlier it stands. */
    private final List<FileRule> rules;

    RouteFiles(Vocabulary vocabulary) {
        this.rules = List.of(
                new SchemaRule(),
                new EndpointRule(vocabulary),
                new ObjectRule(),
                new ResourceRule(),
                new EnvironmentRule(),
                new BeanRule(vocabulary),
                new PlaceholderRule(vocabulary),
                new ExpressionRule(vocabulary));
    }

    private record Text(String path, String text) {}

    /**
     * What came of reading a file.
     *
     * @param file null where it is no YAML
     * @param problems all that is wrong with it for itself
     */
    record Outcome(@Nullable RouteFile file, List<PipelineProblem> problems) {}

    Outcome read(String path, String text) {
        return outcomes.get(new Text(path, text), this::read);
    }

    private Outcome read(Text text) {
        Findings findings = new Findings();
        RouteFile file = YamlReader.read(text.path, text.text, findings);
        if (file != null) {
            rules.forEach(rule -> rule.check(file, findings));
        }
        return new Outcome(file, findings.all());
    }
}
