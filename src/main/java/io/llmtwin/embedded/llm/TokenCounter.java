package io.llmtwin.embedded.llm;

import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens of texts of any length, in the embedding model's vocabulary. The model itself reads only the first 510 tokens
 * of a text, so texts go to it in pieces; since a token never spans white space, the pieces' counts add up.
 */
final class TokenCounter {
    /** A Korean syllable can take three tokens; no piece has more than 510. */
    private static final int PIECE = 160;

    private final OnnxEmbeddingModel model;

    TokenCounter(OnnxEmbeddingModel model) {
        this.model = model;
    }

    int count(String text) {
        return countUpTo(text, Integer.MAX_VALUE);
    }

    /** The number of tokens; counting stops once it is over {@code limit}. */
    int countUpTo(String text, int limit) {
        int count = 0;
        for (int start = 0; start < text.length() && count <= limit; ) {
            int end = endOfPiece(text, start);
            String piece = text.substring(start, end);
            count += piece.isBlank() ? 0 : model.countTokens(piece);
            start = end;
        }
        return count;
    }

    List<Long> ids(String text) {
        List<Long> ids = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int end = endOfPiece(text, start);
            for (long id : model.tokenIds(text.substring(start, end))) {
                ids.add(id);
            }
            start = end;
        }
        return ids;
    }

    private static int endOfPiece(String text, int start) {
        if (text.length() - start <= PIECE) {
            return text.length();
        }
        int limit = start + PIECE;
        for (int end = limit; end > start; end--) {
            if (Character.isWhitespace(text.charAt(end - 1))) {
                return end;
            }
        }
        return Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
    }
}
