package io.llmtwin.retrieval;

import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_WORD_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.PRESERVE_ORIGINAL;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.ConditionalTokenFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * A text's terms: words as Unicode (UAX 29) cuts them, in lower case, without accents, English stop words out, English
 * stems. Names in code, such as {@code maxTokens}, {@code max_tokens} or {@code llm.tokens}, are terms as a whole and in
 * their parts, so that both the name and the words find them. Chinese, Japanese and Korean are cut into pairs of
 * characters.
 */
final class TermAnalyzer extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String field) {
        Tokenizer words = new StandardTokenizer();
        TokenStream terms = new CodeNames(new EnglishPossessiveFilter(words));
        terms = new ASCIIFoldingFilter(new LowerCaseFilter(new CJKBigramFilter(terms)));
        terms = new StopFilter(terms, EnglishAnalyzer.getDefaultStopSet());
        return new TokenStreamComponents(words, new PorterStemFilter(terms));
    }

    /** Adds the parts of a name. A part of one letter says nothing, so {@code e.g.}, initials and {@code iPhone} stay. */
    private static final class CodeNames extends ConditionalTokenFilter {
        private static final int PARTS =
                GENERATE_WORD_PARTS | GENERATE_NUMBER_PARTS | SPLIT_ON_CASE_CHANGE | PRESERVE_ORIGINAL;
        private static final int SHORTEST_PART = 2;

        private final CharTermAttribute term = addAttribute(CharTermAttribute.class);

        CodeNames(TokenStream words) {
            super(words, names -> new WordDelimiterGraphFilter(names, PARTS, null));
        }

        @Override
        protected boolean shouldFilter() {
            int from = 0;
            int parts = 0;
            for (int i = 1; i <= term.length(); i++) {
                boolean ends = i == term.length() || isDelimiter(i) || isDelimiter(i - 1) || startsAnew(i);
                if (ends && !isDelimiter(from) && i - from < SHORTEST_PART) {
                    return false;
                }
                if (ends) {
                    from = i;
                    parts++;
                }
            }
            return parts > 1;
        }

        private boolean isDelimiter(int i) {
            return !Character.isLetterOrDigit(term.charAt(i));
        }

        private boolean startsAnew(int i) {
            return Character.isLowerCase(term.charAt(i - 1)) && Character.isUpperCase(term.charAt(i));
        }
    }
}
