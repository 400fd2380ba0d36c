package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Collections.TextIndexParams;
import io.qdrant.client.grpc.Collections.TokenizerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a text index cuts texts into tokens; the source is Qdrant's {@code full_text_index/tokenizers}. Words end at
 * anything but a letter or digit, or at white space; the prefix tokenizer keeps every beginning of a word.
 */
final class TextTokenizer {
    private final TokenizerType type;
    private final boolean lowercase;
    private final long shortest;
    private final long longest;

    /** Refuses what would take a dictionary: stop words, stemming, folding, and languages without spaces. */
    TextTokenizer(TextIndexParams params) {
        if (params.hasStopwords() || params.hasStemmer() || params.getAsciiFolding()) {
            throw Refusal.unsupported("text indexes with stop words, stemming or ASCII folding");
        }
        type = params.getTokenizer() == TokenizerType.Unknown ? TokenizerType.Word : params.getTokenizer();
        if (type == TokenizerType.Multilingual) {
            throw Refusal.unsupported("multilingual text indexes");
        }
        lowercase = !params.hasLowercase() || params.getLowercase();
        shortest = params.hasMinTokenLen() ? params.getMinTokenLen() : 0;
        longest = params.hasMaxTokenLen() ? params.getMaxTokenLen() : Long.MAX_VALUE;
    }

    /** Tokens of a stored text, in order. */
    List<String> document(String text) {
        List<String> tokens = new ArrayList<>();
        for (String word : words(text)) {
            int length = word.codePointCount(0, word.length());
            if (length < shortest) {
                continue;
            }
            if (type != TokenizerType.Prefix) {
                if (length <= longest) {
                    tokens.add(word);
                }
                continue;
            }
            for (long n = Math.max(shortest, 1); n <= Math.min(length, longest); n++) {
                tokens.add(beginning(word, n));
            }
        }
        return tokens;
    }

    /** Tokens that a stored text is to have. */
    List<String> query(String text) {
        if (type != TokenizerType.Prefix) {
            return document(text);
        }
        List<String> tokens = new ArrayList<>();
        for (String word : words(text)) {
            int length = word.codePointCount(0, word.length());
            if (length >= shortest) {
                tokens.add(beginning(word, Math.min(length, longest)));
            }
        }
        return tokens;
    }

    private List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        int at = 0;
        while (at <= text.length()) {
            boolean end = at == text.length() || isBreak(text.codePointAt(at));
            if (end && at > start) {
                String word = text.substring(start, at);
                words.add(lowercase ? word.toLowerCase(Locale.ROOT) : word);
            }
            at += at == text.length() ? 1 : Character.charCount(text.codePointAt(at));
            if (end) {
                start = at;
            }
        }
        return words;
    }

    private boolean isBreak(int c) {
        return type == TokenizerType.Whitespace ? Character.isWhitespace(c) : !Character.isLetterOrDigit(c);
    }

    private static String beginning(String word, long codePoints) {
        return word.substring(0, word.offsetByCodePoints(0, (int) codePoints));
    }
}
