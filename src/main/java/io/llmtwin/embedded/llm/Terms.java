package io.llmtwin.embedded.llm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** The words of a text that carry its meaning. Thread-safe. */
final class Terms {
    private static final CharArraySet STOP_WORDS = new CharArraySet(
            List.of(
                    ("a about above after again all also am an and any are aren as at be because been before being below "
                                    + "between both but by can cannot could couldn d did didn do does doesn doing don during each "
                                    + "else ever explain find for from further get give had has hasn have having he her here hers "
                                    + "him his how i if in into is isn it its just kind know let ll like list ll m make many may me "
                                    + "might more most much must my no nor not of off on once one only or other ought our ours out "
                                    + "over own please re s same say she should shouldn so some such t tell than that the their "
                                    + "them then there these they this those through to too under until up us use used using ve very "
                                    + "want was wasn we were what when where whether which while who whom whose why will with won "
                                    + "would you your yours")
                            .split(" ")),
            true);
    private static final Pattern WORD =
            Pattern.compile("[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}'’._/-]*[\\p{L}\\p{N}\\p{M}])?(?:\\+\\+|#)?");

    private final Analyzer analyzer = new EnglishAnalyzer(STOP_WORDS);

    /** The stems of a text's words, each once, in order of appearance, without those that every text has. */
    Set<String> stems(String text) {
        Set<String> stems = new LinkedHashSet<>();
        try (TokenStream tokens = analyzer.tokenStream("", text)) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                stems.add(term.toString());
            }
            tokens.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stems;
    }

    /** A text's words as they are written, in order, without stop words and question words. */
    List<String> keyWords(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            String found = word.group();
            int apostrophe = Math.max(found.indexOf('\''), found.indexOf('’'));
            String stem = apostrophe > 0 ? found.substring(0, apostrophe) : found;
            if (!STOP_WORDS.contains(stem)) {
                words.add(found);
            }
        }
        return words;
    }
}
