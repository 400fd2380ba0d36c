package io.llmtwin.prompt;

import io.llmtwin.retrieval.Passage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code sourceBlocks}: passages as a template shows them, numbered from 1 in the order of the answer's
 * sources.
 */
@Component
public final class SourceBlocks {
    private static final int MAX_TITLE = 200;

    /** For each passage a map of {@code number}, {@code title} (empty where it has none) and {@code content}. */
    public List<Map<String, Object>> of(@Variable("passages") List<Passage> passages) {
        List<Map<String, Object>> blocks = new ArrayList<>();
        for (Passage passage : passages) {
            Map<String, Object> block = new LinkedHashMap<>();
            block.put("number", blocks.size() + 1);
            block.put("title", title(passage).replace('"', '\'').replace('\n', ' '));
            block.put("content", passage.content());
            blocks.add(block);
        }
        return blocks;
    }

    /** What a passage is called, cut where it would be no title any more. */
    static String title(Passage passage) {
        String title = passage.title() != null ? passage.title() : passage.name();
        return title == null ? "" : title.substring(0, Math.min(title.length(), MAX_TITLE));
    }
}
