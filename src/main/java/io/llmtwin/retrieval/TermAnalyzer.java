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
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/**
 * A text's terms: words as Unicode (UAX 29) cuts them, in lower case, without accents, English stop words out, English
 * stems. Names in code, such as {@code maxTokens}, {@code max_tokens} or {@code llm.tokens}, are terms as a whole and in
 * their parts, so that both the name and the words find them. Chinese, Japanese and Korean are cut into pairs of
 * characters.
 */
final class TermAnalyzer extends Analyzer {
    private static final int CODE =
            GENERATE_WORD_PARTS | GENERATE_NUMBER_PARTS | SPLIT_ON_CASE_CHANGE | PRESERVE_ORIGINAL;

    @Override
    protected TokenStreamComponents createComponents(String field) {
        Tokenizer words = new StandardTokenizer();
        TokenStream terms = new EnglishPossessiveFilter(words);
        terms = new WordDelimiterGraphFilter(terms, CODE, null);
        terms = new CJKBigramFilter(terms);
        terms = new ASCIIFoldingFilter(new LowerCaseFilter(terms));
        terms = new StopFilter(terms, EnglishAnalyzer.getDefaultStopSet());
        return new TokenStreamComponents(words, new PorterStemFilter(terms));
    }
}
