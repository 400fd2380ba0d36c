package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A match on the words of a field with a text index: all of them, any of them, or all in a row. Every string at the path
 * counts as one text, except that no phrase runs from one into the next.
 */
final class TextMatcher implements Matcher {
    private final PayloadPath path;
    private final TextTokenizer tokenizer;
    private final Match match;
    private final List<String> wanted;

    TextMatcher(PayloadPath path, TextTokenizer tokenizer, Match match) {
        this.path = path;
        this.tokenizer = tokenizer;
        this.match = match;
        this.wanted = switch (match.getMatchValueCase()) {
            case TEXT -> tokenizer.query(match.getText());
            case TEXT_ANY -> tokenizer.query(match.getTextAny());
            case PHRASE -> tokenizer.document(match.getPhrase());
            default -> throw new IllegalArgumentException(match.getMatchValueCase() + " is no text match");
        };
    }

    @Override
    public boolean matches(PointView point) {
        if (wanted.isEmpty()) {
            return false;
        }
        List<List<String>> texts = new ArrayList<>();
        for (Value value : path.values(point.payload())) {
            if (value.hasListValue()) {
                value.getListValue().getValuesList().forEach(element -> add(element, texts));
            } else {
                add(value, texts);
            }
        }
        if (match.hasPhrase()) {
            return texts.stream().anyMatch(text -> Collections.indexOfSubList(text, wanted) >= 0);
        }
        Set<String> words = new HashSet<>();
        texts.forEach(words::addAll);
        return match.hasText() ? words.containsAll(wanted) : wanted.stream().anyMatch(words::contains);
    }

    private void add(Value value, List<List<String>> texts) {
        if (value.hasStringValue()) {
            texts.add(tokenizer.document(value.getStringValue()));
        }
    }
}
