package io.llmtwin.pipeline.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.SpecVersionDetector;
import io.llmtwin.PromptEngineeringDoc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The JSON schemas that editors use are up to date, let through what is shipped, and underline slips. */
class EditorSchemasTest {
    private static final Path RESOURCES = Path.of("src", "main", "resources");
    private static final Path ROUTES = RESOURCES.resolve("schema/routes.json");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** {@code mvn test -Dtest=EditorSchemasTest -Dschemas.write=true} writes it anew. */
    @Test
    void routesSchema_always_isMadeFromCamelsAndTheDocumentedBeans() throws IOException {
        TreeSet<String> beans = new TreeSet<>();
        new PromptEngineeringDoc().table("Beans").forEach(row -> beans.add(row.get(0)));
        String fresh = EditorSchema.over(beans);
        if (Boolean.getBoolean("schemas.write")) {
            Files.writeString(ROUTES, fresh);
        }
        assertThat(Files.readString(ROUTES).equals(fresh))
                .as("%s is stale: run mvn test -Dtest=EditorSchemasTest -Dschemas.write=true", ROUTES)
                .isTrue();
    }

    static List<Path> routeFiles() throws IOException {
        try (Stream<Path> files = Files.list(RESOURCES.resolve("routes/pipeline"))) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @MethodSource("routeFiles")
    void routesSchema_shippedRoute_isLetThrough(Path file) throws IOException {
        assertThat(schema("routes").validate(YAML.readTree(Files.readString(file))))
                .isEmpty();
    }

    @Test
    void routesSchema_recipes_areLetThrough() throws IOException {
        for (Map<String, String> recipe : new PromptEngineeringDoc().recipes().values()) {
            for (Map.Entry<String, String> file : recipe.entrySet()) {
                if (file.getKey().endsWith(".yaml")) {
                    assertThat(schema("routes").validate(YAML.readTree(file.getValue())))
                            .as(file.getKey())
                            .isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"method: best, methud: best", "ref: passages, ref: pasages", "- bean:, - baen:", "steps:, stepz:"})
    void routesSchema_slip_isUnderlined(String right, String wrong) throws IOException {
        String recipe = new PromptEngineeringDoc()
                .recipes()
                .get("Drop reranking")
                .values()
                .iterator()
                .next();
        assertThat(recipe).contains(right);
        assertThat(schema("routes").validate(YAML.readTree(recipe.replace(right, wrong))))
                .isNotEmpty();
    }

    @Test
    void redactionSchema_shippedRules_areLetThroughAndASlipIsUnderlined() throws IOException {
        String rules = Files.readString(RESOURCES.resolve("prompts/redaction.yaml"));
        assertThat(schema("redaction").validate(YAML.readTree(rules))).isEmpty();
        assertThat(schema("redaction").validate(YAML.readTree(rules.replace("luhn:", "lunh:"))))
                .isNotEmpty();
    }

    @Test
    void evalsSchema_shippedEvaluations_areLetThroughAndASlipIsUnderlined() throws IOException {
        try (Stream<Path> files = Files.list(RESOURCES.resolve("evals"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String text = Files.readString(file);
                assertThat(schema("evals").validate(YAML.readTree(text)))
                        .as(file.toString())
                        .isEmpty();
                assertThat(schema("evals").validate(YAML.readTree(text.replace("question:", "qestion:"))))
                        .isNotEmpty();
            }
        }
    }

    @Test
    void editorSettings_always_nameTheSchemas() throws IOException {
        JsonNode settings =
                new ObjectMapper().readTree(Path.of(".vscode", "settings.json").toFile());
        List<String> named = settings.path("yaml.schemas").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
        try (Stream<Path> files = Files.list(RESOURCES.resolve("schema"))) {
            assertThat(named)
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> "./" + file.toString().replace('\\', '/'))
                                    .toList());
        }
    }

    private static JsonSchema schema(String name) throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(RESOURCES.resolve("schema").resolve(name + ".json").toFile());
        SpecVersion.VersionFlag version = SpecVersionDetector.detect(schema);
        return JsonSchemaFactory.getInstance(version).getSchema(schema);
    }
}
