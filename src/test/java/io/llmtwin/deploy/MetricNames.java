package io.llmtwin.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The metrics that dashboards, alerts and autoscaling ask Prometheus for. */
public final class MetricNames {
    private static final Path DASHBOARD = Path.of("deploy", "grafana", "dashboards", "llm-twin.json");
    private static final Path RULES = Path.of("deploy", "prometheus", "rules.yml");
    private static final Path AUTOSCALING = Path.of("deploy", "kubernetes", "autoscaling.yaml");

    private MetricNames() {}

    /** Those that are selected with {@code job="JOB"}. */
    public static Set<String> of(String job) throws IOException {
        Pattern metric = Pattern.compile("([a-z_:]+)\\{job=\"" + Pattern.quote(job) + "\"");
        return queries().stream()
                .flatMap(query -> metric.matcher(query).results())
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toSet());
    }

    static List<String> queries() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        List<String> queries = new ArrayList<>(dashboard.findValuesAsText("expr"));
        queries.addAll(YamlFile.document(RULES).findValuesAsText("expr"));
        for (JsonNode scaled : YamlFile.documents(AUTOSCALING)) {
            queries.addAll(scaled.findValuesAsText("query"));
        }
        return queries;
    }
}
