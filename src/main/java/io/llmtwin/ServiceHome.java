package io.llmtwin;

import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.nio.file.Files;
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

    ServiceHome {
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "LLM_TWIN_HOME must be a folder that can be written, but " + home + " can't be made: " + e);
        }
        if (!Files.isWritable(home)) {
            throw new IllegalArgumentException("LLM_TWIN_HOME must be a folder that can be written, but is " + home);
        }
    }

    /** Has the native libraries of tokenizers unpacked here; to be called before the first tokenizer is made. */
    void keepNativeLibraries() {
        System.setProperty("DJL_CACHE_DIR", home.resolve("djl").toString());
    }

    Path qdrant() {
        return home.resolve("qdrant");
    }

    Path models() {
        return home.resolve("models");
    }

    Path journal() {
        return home.resolve("journal");
    }

    Path revisions() {
        return home.resolve("revisions");
    }

    Path delivery() {
        return home.resolve("delivery");
    }
}
