package io.llmtwin.ingest;

/**
 * The size of a text in characters of ordinary English, so that one bound holds for all scripts. The embedding model
 * reads 512 WordPiece tokens; English prose has over four characters to a token, but in code each punctuation mark is a
 * token, in Chinese each character. A text's size is its length, white space in a row counted once because the model
 * doesn't read it, or if larger 3.6 times an estimate of its tokens that errs upwards: {@value Chunker#LIMIT} are 500
 * tokens.
 */
final class TextSize {
    private static final int TENTHS_PER_TOKEN = 36;
    private static final int LETTERS_PER_TOKEN = 4;
    private static final int DIGITS_PER_TOKEN = 2;

    private TextSize() {}

    static int of(CharSequence text) {
        long tokens = 0;
        int length = 0;
        boolean space = false;
        int letters = 0;
        int digits = 0;
        boolean camelCase = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean again = space;
            space = Character.isWhitespace(c);
            if (!(space && again)) {
                length++;
            }
            if (isLatin(c)) {
                camelCase |= letters > 0 && Character.isUpperCase(c) && Character.isLowerCase(text.charAt(i - 1));
                letters++;
                continue;
            }
            if (c >= '0' && c <= '9') {
                digits++;
                continue;
            }
            tokens += word(letters, digits, camelCase);
            letters = 0;
            digits = 0;
            camelCase = false;
            if (!space && !Character.isLowSurrogate(c)) {
                tokens++;
            }
        }
        tokens += word(letters, digits, camelCase);
        return (int) Math.max(length, (tokens * TENTHS_PER_TOKEN + 9) / 10);
    }

    private static boolean isLatin(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '\u00C0' && c <= '\u024F');
    }

    /** Most words of up to seven letters are in the vocabulary; longer ones, and joined ones, fall into pieces. */
    private static int word(int letters, int digits, boolean camelCase) {
        int pieces = camelCase ? (letters + 2) / 3 : letters <= 7 ? (letters + 6) / 7 : letters / LETTERS_PER_TOKEN;
        return pieces + (digits + DIGITS_PER_TOKEN - 1) / DIGITS_PER_TOKEN;
    }
}
