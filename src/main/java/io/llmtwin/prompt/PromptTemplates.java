package io.llmtwin.prompt;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.MustacheException;
import io.llmtwin.pipeline.RevisionCustomizer;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mustache.MustacheComponent;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Mustache as a revision's templates are written in it. What a variable holds comes out as it is (a prompt is not HTML),
 * except that it can't pass for a part of the prompt ({@link PromptMarks}). {@code {{> part}}} includes {@code
 * prompts/part.mustache} of the same revision.
 */
@Component
final class PromptTemplates implements RevisionCustomizer {
    @Override
    public void customize(CamelContext context, UnaryOperator<@Nullable String> files) {
        MustacheComponent mustache = new MustacheComponent();
        mustache.setMustacheFactory(new PromptMustacheFactory(files));
        context.addComponent("mustache", mustache);
    }

    private static final class PromptMustacheFactory extends DefaultMustacheFactory {
        private final UnaryOperator<@Nullable String> files;

        PromptMustacheFactory(UnaryOperator<@Nullable String> files) {
            this.files = files;
        }

        @Override
        public Reader getReader(String name) {
            String file = files.apply(name);
            if (file == null) {
                file = files.apply("prompts/" + name);
            }
            if (file == null) {
                throw new MustacheException("there is no template prompts/" + name);
            }
            return new StringReader(file);
        }

        @Override
        public void encode(String value, Writer writer) {
            try {
                writer.write(PromptMarks.defused(value));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
