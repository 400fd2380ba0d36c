package io.llmtwin.embedded.llm;

import java.util.List;

/**
 * What a request got.
 *
 * @param pieces the text, in pieces that a stream can carry one by one; none where the text is empty
 * @param finishReason {@code stop}, or {@code length} where the text was cut
 */
record Completion(List<String> pieces, String finishReason, int tokens) {
    String text() {
        return String.join("", pieces);
    }
}
