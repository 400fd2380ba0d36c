package io.llmtwin.evaluation;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.Mustache;
import dev.langchain4j.model.chat.ChatModel;
import io.llmtwin.prompt.PromptMarks;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a language model judge answers by the course's measures: hallucination, relevance and style. The templates are in
 * {@code evaluation/}; of what the model writes counts the number between {@code <score>} and {@code </score>} alone.
 * Thread-safe if the model is.
 */
final class Judge {
    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);
    private static final Pattern SCORE = Pattern.compile("<score>\\s*([0-9]+(?:\\.[0-9]+)?)\\s*</score>");

    private final ChatModel model;
    private final Map<Measure, Mustache> templates = new EnumMap<>(Measure.class);

    Judge(ChatModel model) {
        this.model = model;
        TemplateFactory factory = new TemplateFactory();
        for (Measure measure : Measure.values()) {
            if (measure.isJudged()) {
                templates.put(measure, factory.compile("evaluation/" + measure.key() + ".mustache"));
            }
        }
    }

    /**
     * Judges {@code answer}, and adds to {@code measures} what it is worth by each.
     *
     * @param notes gets a sentence for each measure by which it could not be judged
     */
    void judge(
            String question, String answer, List<String> sources, Map<Measure, Double> measures, List<String> notes) {
        Map<String, Object> shown = Map.of("question", question, "answer", answer, "sources", sources);
        templates.forEach((measure, template) -> {
            String verdict = null;
            try {
                verdict = model.chat(template.execute(new StringWriter(), shown).toString());
            } catch (RuntimeException e) {
                LOG.debug("{} is not judged", measure.key(), e);
                notes.add(measure.key() + " is not judged: the model failed (" + e + ")");
            }
            if (verdict != null) {
                OptionalDouble score = score(measure, verdict);
                if (score.isPresent()) {
                    measures.put(measure, score.getAsDouble());
                } else {
                    notes.add(measure.key() + " is not judged: the model wrote no score that is one");
                }
            }
        });
    }

    /** The last score in {@code verdict}, from 0 to 1; empty where there is none on the measure's scale. */
    static OptionalDouble score(Measure measure, String verdict) {
        List<String> scores = new ArrayList<>();
        Matcher matcher = SCORE.matcher(verdict);
        while (matcher.find()) {
            scores.add(matcher.group(1));
        }
        return scores.isEmpty()
                ? OptionalDouble.empty()
                : Scale.of(measure).fraction(Double.parseDouble(scores.get(scores.size() - 1)));
    }

    /** From what number to what number a model is asked to judge: few steps, which models keep to. */
    private record Scale(double from, double to) {
        static Scale of(Measure measure) {
            return measure == Measure.STYLE ? new Scale(1, 3) : new Scale(0, 1);
        }

        OptionalDouble fraction(double score) {
            return score >= from && score <= to
                    ? OptionalDouble.of((score - from) / (to - from))
                    : OptionalDouble.empty();
        }
    }

    /** Shows texts as they are, except that none can pass for a part of the prompt. */
    private static final class TemplateFactory extends DefaultMustacheFactory {
        /** Those of our own that no other prompt has. */
        private static final Pattern MARK = Pattern.compile("<(?=/?(?:answer|score)\\b)", Pattern.CASE_INSENSITIVE);

        @Override
        public void encode(String value, Writer writer) {
            try {
                writer.write(MARK.matcher(PromptMarks.defused(value)).replaceAll("‹"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
