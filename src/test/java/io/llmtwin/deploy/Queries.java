package io.llmtwin.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What dashboards, alerts and autoscaling ask Prometheus for. */
public final class Queries {
    private static final Path DASHBOARD = Path.of("deploy", "grafana", "dashboards", "llm-twin.json");
    private static final Path RULES = Path.of("deploy", "prometheus", "rules.yml");
    private static final Path AUTOSCALING = Path.of("deploy", "kubernetes", "autoscaling.yaml");

    private Queries() {}

    static List<Query> all() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        List<String> queries = new ArrayList<>(dashboard.findValuesAsText("expr"));
        queries.addAll(YamlFile.document(RULES).findValuesAsText("expr"));
        for (JsonNode scaled : YamlFile.documents(AUTOSCALING)) {
            queries.addAll(scaled.findValuesAsText("query"));
        }
        return queries.stream().map(Query::new).toList();
    }

    /** Those about {@code job}. */
    public static List<Query> of(String job) throws IOException {
        return all().stream().filter(query -> !query.metrics(job).isEmpty()).toList();
    }
}
