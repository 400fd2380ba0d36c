package io.llmtwin.embedded.qdrant;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.TieredMergePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Merges segments as Lucene does, and besides those without a graph once their vectors come to twice what a graph is
 * worth, so that a search never scans much more than that for long. When it is asked to, because nothing is written, what
 * one graph is worth is enough.
 */
final class GraphMergePolicy extends FilterMergePolicy {
    private static final long PLAIN_BYTES = 2 * SegmentVectorsFormat.GRAPH_FROM_BYTES;
    private static final int SEGMENTS_PER_TIER = 5;

    private final long bytesPerVector;

    GraphMergePolicy(int dimension) {
        super(tiered());
        this.bytesPerVector = (long) dimension * Float.BYTES;
    }

    @Override
    public @Nullable MergeSpecification findMerges(MergeTrigger trigger, SegmentInfos segments, MergeContext context)
            throws IOException {
        MergeSpecification found = in.findMerges(trigger, segments, context);
        if (found != null) {
            return found;
        }
        List<SegmentCommitInfo> plain = new ArrayList<>();
        long bytes = 0;
        for (SegmentCommitInfo segment : segments) {
            if (!SegmentVectorsFormat.hasGraph(segment.info)
                    && !context.getMergingSegments().contains(segment)) {
                plain.add(segment);
                bytes += (segment.info.maxDoc() - context.numDeletedDocs(segment)) * bytesPerVector;
            }
        }
        if (bytes < (trigger == MergeTrigger.EXPLICIT ? SegmentVectorsFormat.GRAPH_FROM_BYTES : PLAIN_BYTES)) {
            return null;
        }
        MergeSpecification graph = new MergeSpecification();
        graph.add(new MergePolicy.OneMerge(plain));
        return graph;
    }

    private static MergePolicy tiered() {
        TieredMergePolicy tiered = new TieredMergePolicy();
        tiered.setSegmentsPerTier(SEGMENTS_PER_TIER);
        tiered.setMaxMergeAtOnce(SEGMENTS_PER_TIER);
        return tiered;
    }
}
