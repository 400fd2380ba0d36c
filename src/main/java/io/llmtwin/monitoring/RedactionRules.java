package io.llmtwin.monitoring;

import io.llmtwin.pipeline.RevisionCustomizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Gives each revision the {@link Redaction} that its own rules describe; the application's, where it has none. */
@Component
final class RedactionRules implements RevisionCustomizer {
    static final String FILE = "prompts/redaction.yaml";

    @Override
    public void customize(CamelContext context, UnaryOperator<@Nullable String> files) {
        String rules = files.apply(FILE);
        context.getRegistry().bind("redaction", Redaction.parse(rules == null ? ours() : rules));
    }

    private static String ours() {
        try (InputStream in =
                Objects.requireNonNull(RedactionRules.class.getClassLoader().getResourceAsStream(FILE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
