package io.llmtwin.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineSourceTest {
    @TempDir
    Path folder;

    @BeforeEach
    void writePipeline() throws Exception {
        write("routes/pipeline/generate.camel.yaml", "- route: {}");
        write("prompts/answer.mustache", "{{body}}");
    }

    @Test
    void hash_sameContent_isTheSame() throws Exception {
        String before = new PipelineFolder(folder).read().hash();
        write("prompts/answer.mustache", "{{body}}");
        assertThat(new PipelineFolder(folder).read().hash()).isEqualTo(before).matches("[0-9a-f]{12}");
    }

    @Test
    void hash_editedPrompt_isAnother() throws Exception {
        String before = new PipelineFolder(folder).read().hash();
        write("prompts/answer.mustache", "{{body}}!");
        assertThat(new PipelineFolder(folder).read().hash()).isNotEqualTo(before);
    }

    @Test
    void hash_textMovedBetweenFiles_isAnother() throws Exception {
        write("prompts/a.mustache", "xy");
        write("prompts/b.mustache", "");
        String before = new PipelineFolder(folder).read().hash();
        write("prompts/a.mustache", "x");
        write("prompts/b.mustache", "y");
        assertThat(new PipelineFolder(folder).read().hash()).isNotEqualTo(before);
    }

    @Test
    void files_ofOtherKinds_areLeftOut() throws Exception {
        String before = new PipelineFolder(folder).read().hash();
        write("routes/pipeline/.generate.camel.yaml.swp", "x");
        write("prompts/notes.txt", "x");
        write("routes/api/rest.camel.yaml", "x");
        assertThat(new PipelineFolder(folder).read().hash()).isEqualTo(before);
    }

    @Test
    void file_withANameOfItsAuthorsLanguage_belongs() throws Exception {
        String before = new PipelineFolder(folder).read().hash();
        write("prompts/für die Größten.mustache", "x");
        assertThat(new PipelineFolder(folder).read().hash()).isNotEqualTo(before);
    }

    @Test
    void classpath_always_holdsTheCheckoutsPipeline() throws Exception {
        assertThat(PipelineSource.onClasspath().hash())
                .isEqualTo(
                        new PipelineFolder(Path.of("src/main/resources")).read().hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prompts/a\0b.mustache",
                "prompts/a\nb.mustache",
                "prompts/%2e%2e/x.mustache",
                "prompts/../x.mustache",
                "prompts//x.mustache",
                "prompts/a\\b.mustache",
                "routes/pipeline/.a.camel.yaml"
            })
    void with_strangeName_isRejected(String path) {
        assertThatThrownBy(() -> new PipelineSource(Map.of()).with(Map.of(path, "x")))
                .isInstanceOf(RejectedPipelineException.class);
    }

    @Test
    void with_longName_isRejected() {
        String path = "prompts/" + "x".repeat(5_000) + ".mustache";
        assertThatThrownBy(() -> new PipelineSource(Map.of()).with(Map.of(path, "x")))
                .isInstanceOf(RejectedPipelineException.class);
    }

    @Test
    void with_tooManyFiles_isRejected() throws Exception {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            many.put("prompts/part-" + i + ".mustache", "x");
        }
        PipelineSource full = new PipelineSource(Map.of()).with(many);
        assertThat(full.files()).hasSize(500);
        assertThatThrownBy(() -> full.with(Map.of("prompts/more.mustache", "x")))
                .isInstanceOf(RejectedPipelineException.class);
    }

    private void write(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
