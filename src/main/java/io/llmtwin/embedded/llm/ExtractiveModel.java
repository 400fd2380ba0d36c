package io.llmtwin.embedded.llm;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.embedding.EmbeddingModel;
import io.llmtwin.embedded.llm.Sentence.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A language model that writes nothing of its own: it answers a question with the sentences of the sources that answer
 * it, each followed by its source's label, or says that there are none.
 *
 * <p>A sentence's relevance is its vector's cosine with the question's, plus a fifth of the share of the question's
 * words that it holds, plus a fifth of the share that its source holds. bge's cosines lie so close together (0.45 for
 * unrelated texts, 0.70 for an answer) that alone they tell answers from neighbours in 5 of 6 cases; the words lift
 * that to 19 of 20. How the weights and the threshold were measured: {@code docs/decisions/extractive-model.md}.
 *
 * <p>The same prompt gets the same answer, byte for byte. Thread-safe.
 */
final class ExtractiveModel {
    static final String NO_ANSWER = "I found nothing in the sources that answers this.";
    static final String NO_SOURCES = "No sources were given, so I have nothing to answer from.";

    private static final double SENTENCE_WORDS_WEIGHT = 0.2;
    private static final double SOURCE_WORDS_WEIGHT = 0.2;
    private static final double THRESHOLD = 0.815;
    /** Code holds many words of any question about its file. */
    private static final double CODE_THRESHOLD = 0.85;

    private static final double WIDEST_MARGIN = 0.15;
    /** For the sentence right after the best one, which often gives the reason and shares few words. */
    private static final double FOLLOWER_MARGIN = 0.35;

    private static final double REPEAT = 0.92;
    private static final int MOST_QUOTES = 4;
    private static final int MOST_EMBEDDED = 64;
    /** About 200 ms on two cores. */
    private static final int MOST_EMBEDDED_TOKENS = 2_600;

    private static final int LONGEST_CODE = 1_500;

    private final PromptParser parser = new PromptParser();
    private final SentenceSplitter splitter = new SentenceSplitter();
    private final Terms terms = new Terms();
    private final SentenceVectors vectors;

    ExtractiveModel(EmbeddingModel embeddings) {
        vectors = new SentenceVectors(embeddings);
    }

    /** The completion of a conversation of at least one message. */
    String complete(List<ChatMessage> messages) {
        Prompt prompt = parser.parse(messages);
        return prompt.asksForQueries() ? queries(prompt.question()) : answer(prompt);
    }

    private String queries(String question) {
        String keyWords = String.join(" ", terms.keyWords(question));
        return keyWords.isEmpty() || keyWords.equalsIgnoreCase(question) ? "" : "<query>" + keyWords + "</query>";
    }

    private String answer(Prompt prompt) {
        if (prompt.sources().isEmpty()) {
            return NO_SOURCES;
        }
        if (prompt.question().isBlank()) {
            return NO_ANSWER;
        }
        List<Candidate> candidates = candidates(prompt);
        for (Kind kind : Kind.values()) {
            List<Scored> quotes = quotes(
                    prompt.question(),
                    candidates.stream()
                            .filter(candidate -> candidate.sentence.kind() == kind)
                            .toList());
            if (!quotes.isEmpty()) {
                return written(quotes);
            }
        }
        return NO_ANSWER;
    }

    private List<Candidate> candidates(Prompt prompt) {
        Set<String> asked = terms.stems(prompt.question());
        Set<String> seen = new HashSet<>();
        List<Candidate> candidates = new ArrayList<>();
        for (Source source : prompt.sources()) {
            Set<String> sourceFound = new HashSet<>();
            List<Sentence> sentences = new ArrayList<>();
            List<Double> shares = new ArrayList<>();
            for (Sentence sentence : splitter.split(source.text())) {
                if (sentence.text().length() > LONGEST_CODE || !seen.add(sentence.text())) {
                    continue;
                }
                Set<String> found = terms.stems(sentence.inContext());
                Set<String> above = terms.stems(sentence.section());
                above.retainAll(asked);
                found.retainAll(asked);
                sourceFound.addAll(found);
                sourceFound.addAll(above);
                sentences.add(sentence);
                shares.add(share(found, asked));
            }
            double sourceShare = share(sourceFound, asked);
            for (int i = 0; i < sentences.size(); i++) {
                double words = SENTENCE_WORDS_WEIGHT * shares.get(i) + SOURCE_WORDS_WEIGHT * sourceShare;
                candidates.add(new Candidate(sentences.get(i), source.label(), candidates.size(), words));
            }
        }
        return candidates;
    }

    private static double share(Set<String> found, Set<String> asked) {
        return asked.isEmpty() ? 0 : (double) found.size() / asked.size();
    }

    private List<Scored> quotes(String question, List<Candidate> candidates) {
        List<Candidate> promising = promising(candidates);
        if (promising.isEmpty()) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        texts.add(question);
        promising.forEach(candidate -> texts.add(candidate.sentence.inContext()));
        Map<String, Embedding> found = vectors.of(texts);
        Embedding asked = vector(found, question);
        List<Scored> ranked = promising.stream()
                .map(candidate -> {
                    Embedding vector = vector(found, candidate.sentence.inContext());
                    return new Scored(candidate, vector, cosine(asked, vector) + candidate.words);
                })
                .sorted(Comparator.comparingDouble(Scored::relevance)
                        .reversed()
                        .thenComparingInt(scored -> scored.candidate.order))
                .toList();
        return chosen(ranked);
    }

    private static List<Candidate> promising(List<Candidate> candidates) {
        List<Candidate> byWords = candidates.stream()
                .sorted(Comparator.comparingDouble(Candidate::words).reversed())
                .toList();
        List<Candidate> promising = new ArrayList<>();
        int tokens = 0;
        for (Candidate candidate : byWords) {
            tokens += roughTokens(candidate.sentence.inContext());
            if (promising.size() == MOST_EMBEDDED || tokens > MOST_EMBEDDED_TOKENS) {
                break;
            }
            promising.add(candidate);
        }
        return promising;
    }

    private static int roughTokens(String text) {
        int quarters = 0;
        for (int i = 0; i < text.length(); i++) {
            quarters += text.charAt(i) < 0x250 ? 1 : 4;
        }
        return quarters / 4;
    }

    private static List<Scored> chosen(List<Scored> ranked) {
        List<Scored> chosen = new ArrayList<>();
        Scored best = ranked.get(0);
        boolean code = best.candidate.sentence.kind() == Kind.CODE;
        if (best.relevance < (code ? CODE_THRESHOLD : THRESHOLD)) {
            return chosen;
        }
        if (code) {
            return List.of(best);
        }
        for (Scored scored : ranked) {
            double margin = scored.candidate.follows(best.candidate) ? FOLLOWER_MARGIN : WIDEST_MARGIN;
            if (chosen.size() < MOST_QUOTES
                    && scored.relevance >= best.relevance - margin
                    && chosen.stream().noneMatch(other -> cosine(other.vector, scored.vector) > REPEAT)) {
                chosen.add(scored);
            }
        }
        return chosen;
    }

    /** Sources in the order of their best sentence; within a source, the source's own order, which reads best. */
    private static String written(List<Scored> quotes) {
        List<String> labels =
                quotes.stream().map(quote -> quote.candidate.label).distinct().toList();
        StringBuilder answer = new StringBuilder();
        quotes.stream()
                .sorted(Comparator.comparingInt((Scored quote) -> labels.indexOf(quote.candidate.label))
                        .thenComparingInt(quote -> quote.candidate.order))
                .forEach(quote -> write(quote.candidate, answer));
        return answer.toString();
    }

    private static void write(Candidate quote, StringBuilder answer) {
        String text = quote.sentence.text();
        if (quote.sentence.kind() == Kind.CODE) {
            answer.append(answer.isEmpty() ? "" : "\n\n")
                    .append("```\n")
                    .append(text)
                    .append("\n```\n");
        } else {
            answer.append(answer.isEmpty() ? "" : " ").append(text);
            answer.append(Character.isLetterOrDigit(text.codePointBefore(text.length())) ? ". " : " ");
        }
        answer.append('[').append(quote.label).append(']');
    }

    private static Embedding vector(Map<String, Embedding> vectors, String text) {
        Embedding vector = vectors.get(text);
        if (vector == null) {
            throw new IllegalStateException("a text has no vector");
        }
        return vector;
    }

    private static double cosine(Embedding first, Embedding second) {
        float[] a = first.vector();
        float[] b = second.vector();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /**
     * A sentence that may answer.
     *
     * @param order its place among all sentences of the prompt
     * @param words what the words that it shares with the question add to its relevance
     */
    private record Candidate(Sentence sentence, String label, int order, double words) {
        boolean follows(Candidate other) {
            return order == other.order + 1 && label.equals(other.label);
        }
    }

    private record Scored(Candidate candidate, Embedding vector, double relevance) {}
}
