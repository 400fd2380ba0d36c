package io.llmtwin.embedded.qdrant;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The paths of a collection that have a text index, and how each cuts texts into tokens. */
record TextFields(Map<PayloadPath, TextTokenizer> tokenizers) {
    static final TextFields NONE = new TextFields(Map.of());

    /** Those that lie under {@code prefix}, as seen from there. */
    TextFields under(PayloadPath prefix) {
        int depth = prefix.steps().size();
        Map<PayloadPath, TextTokenizer> below = new HashMap<>();
        tokenizers.forEach((path, tokenizer) -> {
            List<PayloadPath.Step> steps = path.steps();
            if (steps.size() > depth
                    && steps.subList(0, depth).equals(prefix.steps())
                    && steps.get(depth) instanceof PayloadPath.Key) {
                below.put(new PayloadPath(steps.subList(depth, steps.size())), tokenizer);
            }
        });
        return new TextFields(below);
    }
}
