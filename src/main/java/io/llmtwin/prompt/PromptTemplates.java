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
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mustache.MustacheComponent;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Mustache as a revision's templates are written in it. What a variable holds comes out as it is (a prompt is not HTML),
 * except that it can't pass for a part of the prompt: in place of the {@code <} of marks of ours, such as {@code
 * </source>}, and of marks of models' chat templates, such as {@code </s>} and {@code <|im_end|>}, stands {@code ‹}, and in
 * place of the {@code [} of {@code [INST]} and its like {@code ［}. {@code {{> part}}} includes {@code prompts/part.mustache} of the same revision.
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
        private static final Pattern MARK = Pattern.compile(
                "<(?=\\s*/?\\s*(?:(?:sources?|question|query|author|conversation|follow-up|ranking|system|user|assistant"
                        + "|s|bos|eos|unk|pad|(?:start|end)_of_turn)\\b|\\||<\\s*/?\\s*SYS))",
                Pattern.CASE_INSENSITIVE);
        private static final Pattern BRACKET_MARK = Pattern.compile(
                "\\[(?=\\s*/?\\s*(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\\s*])",
                Pattern.CASE_INSENSITIVE);

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
                String ours = MARK.matcher(value).replaceAll("‹");
                writer.write(BRACKET_MARK.matcher(ours).replaceAll("［"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
