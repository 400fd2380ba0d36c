package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingSettingsTest {
    private static final String BGE = "Represent this sentence for searching relevant passages:";
    private static final URI SERVER = URI.create("http://127.0.0.1:8080/v1");

    @ParameterizedTest
    @CsvSource({
        "BAAI/bge-small-en-v1.5, true",
        "bge-large-en, true",
        "BAAI/bge-m3, false",
        "intfloat/e5-base-v2, false",
    })
    void instruction_unset_isThatOfTheEnglishBgeModels(String model, boolean bge) {
        assertThat(settings(SERVER, model, null).instruction()).isEqualTo(bge ? BGE : "");
    }

    @Test
    void instruction_ofTheModelInTheProcess_isBgesWhateverTheServersIs() {
        assertThat(settings(null, "intfloat/e5-base-v2", " ").instruction()).isEqualTo(BGE);
    }

    @Test
    void instruction_set_isTaken() {
        assertThat(settings(SERVER, "intfloat/e5-base-v2", "query: ").instruction())
                .isEqualTo("query:");
        assertThat(settings(null, "any", "none").instruction()).isEmpty();
    }

    private static EmbeddingSettings settings(@Nullable URI url, String model, @Nullable String prefix) {
        return new EmbeddingSettings(url, model, null, prefix, Duration.ofSeconds(1));
    }
}
