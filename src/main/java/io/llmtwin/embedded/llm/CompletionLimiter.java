package io.llmtwin.embedded.llm;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ends a text where a request wants it ended: before a stop string, or at the last word that its tokens pay for. */
final class CompletionLimiter {
    private static final Pattern WORD = Pattern.compile("\\S+\\s*|\\s+");

    private final TokenCounter tokens;

    CompletionLimiter(TokenCounter tokens) {
        this.tokens = tokens;
    }

    Completion limit(String text, List<String> stops, int maxTokens) {
        String wanted = beforeStop(text, stops);
        List<String> pieces = new ArrayList<>();
        int spent = 0;
        Matcher words = WORD.matcher(wanted);
        while (words.find()) {
            String word = words.group();
            int cost = tokens.count(word);
            if (spent + cost > maxTokens) {
                if (pieces.isEmpty()) {
                    String part = part(word, maxTokens);
                    return new Completion(List.of(part), "length", tokens.count(part));
                }
                return new Completion(pieces, "length", spent);
            }
            pieces.add(word);
            spent += cost;
        }
        return new Completion(pieces, "stop", spent);
    }

    private static String beforeStop(String text, List<String> stops) {
        int end = text.length();
        for (String stop : stops) {
            int at = text.indexOf(stop);
            end = at >= 0 && at < end ? at : end;
        }
        return text.substring(0, end);
    }

    private String part(String word, int maxTokens) {
        int end = word.length();
        while (end > 0 && tokens.count(word.substring(0, end)) > maxTokens) {
            end = word.offsetByCodePoints(end, -1);
        }
        return word.substring(0, end);
    }
}
