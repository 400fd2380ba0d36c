package io.llmtwin.prompt;

/**
 * How many tokens a text will be to a model whose own tokenizer is not at hand. Errs upwards: English prose has about
 * 4.5 characters to a token of Mistral's vocabulary and source code about 3; other scripts may need a token a character.
 */
public final class TokenEstimate {
    private static final double LATIN_CHARACTERS_PER_TOKEN = 3.5;

    private TokenEstimate() {}

    /** Tokens of {@code text}. */
    public static int of(String text) {
        long latin = text.chars().filter(c -> c < 0x250).count();
        return (int) Math.ceil(latin / LATIN_CHARACTERS_PER_TOKEN + (text.length() - latin));
    }
}
