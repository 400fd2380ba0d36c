package io.llmtwin.evaluation;

import io.llmtwin.retrieval.Embedder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** How near texts are to each other in meaning, by the service's embedding model. Thread-safe. */
@Component
final class Similarity {
    /** From this cosine on, a sentence of a source supports one of an answer. docs/decisions/groundedness.md has the numbers. */
    static final double SUPPORTS = 0.76;

    private final Embedder embedder;

    Similarity(@Qualifier("passageEmbedder") Embedder embedder) {
        this.embedder = embedder;
    }

    /** The cosine between {@code one} and {@code other}, citations aside. */
    double between(String one, String other) {
        List<float[]> vectors =
                embedder.embed(List.of(Sentences.withoutCitations(one), Sentences.withoutCitations(other)));
        return cosine(vectors.get(0), vectors.get(1));
    }

    /** Share of the sentences of {@code answer} that one of {@code sources} supports; empty where it has no sentence. */
    OptionalDouble groundedness(String answer, List<String> sources) {
        List<Double> supports = support(answer, sources);
        return supports.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        supports.stream().filter(support -> support >= SUPPORTS).count() / (double) supports.size());
    }

    /** For each sentence of {@code answer}, the cosine between it and what of {@code sources} is nearest to it. */
    List<Double> support(String answer, List<String> sources) {
        List<float[]> claims = embedder.embed(Sentences.of(answer));
        List<float[]> evidence = embedder.embed(evidence(sources));
        return claims.stream()
                .map(claim -> evidence.stream()
                        .mapToDouble(piece -> cosine(claim, piece))
                        .max()
                        .orElse(0))
                .toList();
    }

    /** Every sentence, and every two that follow each other: an answer may say in one what a source says in two. */
    private static List<String> evidence(List<String> sources) {
        List<String> evidence = new ArrayList<>();
        for (String source : sources) {
            List<String> sentences = Sentences.of(source);
            evidence.addAll(sentences);
            for (int i = 1; i < sentences.size(); i++) {
                evidence.add(sentences.get(i - 1) + " " + sentences.get(i));
            }
        }
        return evidence;
    }

    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
