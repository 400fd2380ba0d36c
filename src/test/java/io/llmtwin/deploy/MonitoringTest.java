package io.llmtwin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Prometheus asks where something answers, and panels ask for metrics that exist. */
class MonitoringTest {
    @Test
    void target_always_isANameInComposeAndAHeadlessServiceInKubernetes() throws IOException {
        Set<String> composeNames = new TreeSet<>();
        YamlFile.document(Path.of("docker-compose.yml"))
                .get("services")
                .properties()
                .forEach(service -> {
                    composeNames.add(service.getKey());
                    service.getValue()
                            .at("/networks/metrics/aliases")
                            .forEach(alias -> composeNames.add(alias.asText()));
                });
        List<JsonNode> headless = KubernetesTest.manifests().stream()
                .filter(manifest -> manifest.at("/spec/clusterIP").asText().equals("None"))
                .toList();
        JsonNode prometheus = YamlFile.document(Path.of("deploy", "prometheus", "prometheus.yml"));

        int checked = 0;
        for (JsonNode discovery : prometheus.findValues("dns_sd_configs")) {
            String target = discovery.at("/0/names/0").asText();
            assertThat(composeNames).contains(target);
            assertThat(headless)
                    .filteredOn(service -> service.at("/metadata/name").asText().equals(target))
                    .singleElement()
                    .satisfies(service -> assertThat(service.at("/spec/ports").findValuesAsText("port"))
                            .contains(discovery.at("/0/port").asText()));
            checked++;
        }
        assertThat(checked).isEqualTo(3);
    }

    @Test
    void rules_always_areMountedWhereTheConfigurationLooksForThem() throws IOException {
        JsonNode named = YamlFile.document(Path.of("deploy", "prometheus", "prometheus.yml"))
                .path("rule_files");
        JsonNode mapped = YamlFile.document(Path.of("deploy", "prometheus", "kustomization.yaml"))
                .at("/configMapGenerator/0/files");
        String compose = Files.readString(Path.of("docker-compose.yml"));

        assertThat(named).isNotEmpty().allSatisfy(file -> {
            assertThat(mapped).contains(file);
            assertThat(compose)
                    .contains("./deploy/prometheus/" + file.asText() + ":/etc/prometheus/" + file.asText() + ":ro");
        });
    }

    @Test
    void alert_always_saysWhatIsWrong() throws IOException {
        JsonNode rules =
                YamlFile.document(Path.of("deploy", "prometheus", "rules.yml")).at("/groups/0/rules");

        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.at("/annotations/summary").asText()).contains("{{ $labels.instance }}");
            assertThat(rule.at("/annotations/description").asText()).isNotEmpty();
            assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
        });
    }

    @Test
    void query_always_isOfAJobThatIsScraped() throws IOException {
        assertThat(Queries.all()).isNotEmpty().allSatisfy(query -> assertThat(query.text())
                .containsPattern("job=\"(llm-twin|llm)\"|^up$"));
    }

    @Test
    void metric_ofTheLanguageModel_wasSeenOnARealOne() throws IOException {
        String seen = Files.readString(Path.of("vllm", "tests", "test_vllm.py"));

        assertThat(Queries.of("llm")).isNotEmpty().allSatisfy(query -> assertThat(query.metrics("llm"))
                .allSatisfy(metric -> assertThat(seen).contains('"' + metric + '"')));
    }
}
