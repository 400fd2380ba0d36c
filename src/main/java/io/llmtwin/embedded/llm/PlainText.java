package io.llmtwin.embedded.llm;

/** Text that can be tokenized and written as UTF-8: JSON's escapes can spell halves of characters, which can't. */
final class PlainText {
    private static final char REPLACEMENT = '\uFFFD';

    private PlainText() {}

    static String of(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                plain.append(c).append(text.charAt(++i));
            } else {
                plain.append(Character.isSurrogate(c) || c == 0 ? REPLACEMENT : c);
            }
        }
        return plain.toString();
    }
}
