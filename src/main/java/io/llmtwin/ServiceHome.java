package io.llmtwin;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Where the service keeps all that it writes.
 *
 * @param home the folder, made at the first start
 */
@Validated
@ConfigurationProperties("llm-twin")
record ServiceHome(@NotNull Path home) {
    Path qdrant() {
        return home.resolve("qdrant");
    }

    Path journal() {
        return home.resolve("journal");
    }
}
