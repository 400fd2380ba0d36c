package io.llmtwin.retrieval;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Texts as BM25's term weights (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009), for a sparse
 * vector of Qdrant's with the modifier IDF: the inner product of a passage's and a query's vector, each term weighted
 * by its inverse document frequency in the collection, which the store adds, is the BM25 score. English stems, stop words
 * out. A term's index is the MurmurHash3 of its UTF-8 bytes. Thread-safe.
 */
public final class TermWeights {
    /** Name of the sparse vector in a collection. */
    public static final String VECTOR = "bm25";
    /** Version of the rules by which terms and weights are made. It is part of each document's hash. */
    public static final int VERSION = 1;

    private static final double SATURATION = 1.2;
    private static final double LENGTH_INFLUENCE = 0.75;
    /** Terms of an average passage. The weights of a passage can't depend on what else is stored. */
    private static final double AVERAGE_LENGTH = 128;

    private static final HashFunction HASH = Hashing.murmur3_32_fixed();

    private final Analyzer analyzer = new EnglishAnalyzer();

    /** The weights of a text that is searched. */
    public TermVector ofPassage(String text) {
        Map<Integer, Integer> terms = terms(text);
        int length = terms.values().stream().mapToInt(Integer::intValue).sum();
        double saturation = SATURATION * (1 - LENGTH_INFLUENCE + LENGTH_INFLUENCE * length / AVERAGE_LENGTH);
        return vector(terms, count -> count * (SATURATION + 1) / (count + saturation));
    }

    /** The weights of a text that is searched for: how often each term stands in it. */
    public TermVector ofQuery(String text) {
        return vector(terms(text), count -> count);
    }

    private Map<Integer, Integer> terms(String text) {
        Map<Integer, Integer> terms = new TreeMap<>(Integer::compareUnsigned);
        try (TokenStream tokens = analyzer.tokenStream("text", TextCleaner.clean(text))) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                terms.merge(HASH.hashString(term, StandardCharsets.UTF_8).asInt(), 1, Integer::sum);
            }
            tokens.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return terms;
    }

    private static TermVector vector(Map<Integer, Integer> terms, DoubleUnaryOperator weight) {
        List<Integer> indices = new ArrayList<>(terms.size());
        List<Float> weights = new ArrayList<>(terms.size());
        terms.forEach((term, count) -> {
            indices.add(term);
            weights.add((float) weight.applyAsDouble(count));
        });
        return new TermVector(indices, weights);
    }
}
