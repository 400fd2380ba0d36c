package io.llmtwin.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineSourceTest {
    @TempDir
    Path folder;

    @BeforeEach
    void writePipeline() throws IOException {
        write("routes/pipeline/generate.camel.yaml", "- route: {}");
        write("prompts/answer.mustache", "{{body}}");
    }

    @Test
    void hash_sameContent_isTheSame() throws IOException {
        String before = PipelineSource.in(folder).hash();
        write("prompts/answer.mustache", "{{body}}");
        assertThat(PipelineSource.in(folder).hash()).isEqualTo(before).matches("[0-9a-f]{12}");
    }

    @Test
    void hash_editedPrompt_isAnother() throws IOException {
        String before = PipelineSource.in(folder).hash();
        write("prompts/answer.mustache", "{{body}}!");
        assertThat(PipelineSource.in(folder).hash()).isNotEqualTo(before);
    }

    @Test
    void hash_textMovedBetweenFiles_isAnother() throws IOException {
        write("prompts/a.mustache", "xy");
        write("prompts/b.mustache", "");
        String before = PipelineSource.in(folder).hash();
        write("prompts/a.mustache", "x");
        write("prompts/b.mustache", "y");
        assertThat(PipelineSource.in(folder).hash()).isNotEqualTo(before);
    }

    @Test
    void files_ofOtherKinds_areLeftOut() throws IOException {
        String before = PipelineSource.in(folder).hash();
        write("routes/pipeline/.generate.camel.yaml.swp", "x");
        write("prompts/notes.txt", "x");
        write("routes/api/rest.camel.yaml", "x");
        assertThat(PipelineSource.in(folder).hash()).isEqualTo(before);
    }

    @Test
    void classpath_always_holdsTheCheckoutsPipeline() throws IOException {
        assertThat(PipelineSource.onClasspath().hash())
                .isEqualTo(PipelineSource.in(Path.of("src/main/resources")).hash());
    }

    private void write(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
