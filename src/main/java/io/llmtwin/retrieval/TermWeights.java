package io.llmtwin.retrieval;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.springframework.stereotype.Component;

/**
 * Texts as BM25's term weights (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009), for a sparse
 * vector of Qdrant's with the modifier IDF: the inner product of a passage's and a query's vector, each term weighted
 * by its inverse document frequency in the collection, which the store adds, is the BM25 score. Terms are those of {@link
 * TermAnalyzer}; a term's index is the MurmurHash3 of its UTF-8 bytes. Thread-safe.
 */
@Component
public final class TermWeights {
    /** Name of the sparse vector in a collection. */
    public static final String VECTOR = "bm25";
    /** Version of the rules by which terms and weights are made. It is part of each document's hash. */
    public static final int VERSION = 1;

    /** The upper end of what is usual: better than 1.2 on three collections, see docs/decisions/hybrid-search.md. */
    private static final double SATURATION = 2.0;

    private static final double LENGTH_INFLUENCE = 0.75;
    /** Terms of an average passage. The weights of a passage can't depend on what else is stored. */
    private static final double AVERAGE_LENGTH = 96;

    private static final HashFunction HASH = Hashing.murmur3_32_fixed();

    private final Analyzer analyzer = new TermAnalyzer();

    /** The weights of a text that is searched. */
    public TermVector ofPassage(String text) {
        int[] terms = terms(text);
        double saturation = SATURATION * (1 - LENGTH_INFLUENCE + LENGTH_INFLUENCE * terms.length / AVERAGE_LENGTH);
        return vector(terms, count -> count * (SATURATION + 1) / (count + saturation));
    }

    /** The weights of a text that is searched for: how often each term stands in it. */
    public TermVector ofQuery(String text) {
        return vector(terms(text), count -> count);
    }

    /** The index of each term of {@code text}, as often as it stands there, ascending as unsigned numbers. */
    private int[] terms(String text) {
        IntStream.Builder found = IntStream.builder();
        try (TokenStream tokens = analyzer.tokenStream("text", TextCleaner.clean(text))) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                // flipping the sign makes the order of signed numbers that of unsigned ones
                found.add(HASH.hashString(term, StandardCharsets.UTF_8).asInt() ^ Integer.MIN_VALUE);
            }
            tokens.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int[] terms = found.build().toArray();
        Arrays.sort(terms);
        for (int i = 0; i < terms.length; i++) {
            terms[i] ^= Integer.MIN_VALUE;
        }
        return terms;
    }

    private static TermVector vector(int[] terms, DoubleUnaryOperator weight) {
        List<Integer> indices = new ArrayList<>(terms.length);
        List<Float> weights = new ArrayList<>(terms.length);
        int from = 0;
        while (from < terms.length) {
            int to = from + 1;
            while (to < terms.length && terms[to] == terms[from]) {
                to++;
            }
            indices.add(terms[from]);
            weights.add((float) weight.applyAsDouble(to - from));
            from = to;
        }
        return new TermVector(indices, weights);
    }
}
